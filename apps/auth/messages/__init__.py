"""What auth's API takes and answers, where it is not the contract's; operations take it too."""
