"""Who of the users belongs to the platform's own staff."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.auth.models import User
from apps.auth.operations.staff import set_staff_role


class Command(BaseCommand):
    """Add, remove and list staff."""

    help = "Operators use the admin and the infrastructure pages; support reads them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do, and with whom."""
        parser.add_argument("action", choices=["add", "remove", "list"])
        parser.add_argument("email", nargs="?")
        parser.add_argument("--role", choices=["operator", "support"], default="operator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        if options["action"] == "list":
            for user in User.objects.exclude(staff_role="").order_by("email"):
                self.stdout.write(f"{user.email}  {user.staff_role}")
            return
        if not options["email"]:
            raise CommandError("Say whose: manage.py staff add EMAIL")
        role = options["role"] if options["action"] == "add" else ""
        if not set_staff_role(email=options["email"], role=role, now=timezone.now()):
            raise CommandError(f"No user has the address {options['email']}; register first.")
        self.stdout.write(f"{options['email']} is {role or 'not staff any more'}")
