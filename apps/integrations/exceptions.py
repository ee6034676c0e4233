"""What integrations refuses, and why."""

from __future__ import annotations

from omnify.exceptions import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OmnifyError,
    PermissionDeniedError,
)


class CsvMappingError(InvalidInputError):
    """A mapping does not say clearly what each column is."""

    code = "csv_mapping_invalid"
    title = "Invalid mapping"
    message = "The mapping is not valid; 'errors' names each field."


class CsvInvalidError(InvalidInputError):
    """A file has problems, so nothing of it was imported."""

    code = "csv_invalid"
    title = "Invalid file"
    message = "The file has {error_count} problems and nothing was imported; 'errors' lists them."


class CsvAmbiguousError(OmnifyError):
    """A file can be read in several ways, and nothing says which one is meant."""

    code = "csv_ambiguous"
    status = 422
    title = "Ambiguous file"
    message = "The file can be read in several ways; 'questions' tells what the mapping has to say."


class StagedFileGoneError(NotFoundError):
    """A job that is run again finds its file discarded."""

    code = "staged_file_gone"
    message = "The file is no longer kept; send it again."


class DraftGoneError(NotFoundError):
    """A draft was deleted, or never was the organization's."""

    code = "draft_gone"
    title = "File not kept"
    message = "This file is no longer kept here. Choose it again: Import, in the navigation."


class ConnectionNotFoundError(NotFoundError):
    """The organization has no connection with the id."""

    code = "connection_not_found"
    message = "There is no connection '{connection_id}'."


class ConnectionNameTakenError(ConflictError):
    """Another connection of the platform has the name."""

    code = "connection_name_taken"
    title = "Name taken"
    message = "Another connection of this platform is called '{name}'; choose another name."


class AccountNotFoundError(NotFoundError):
    """The connection sees no account of the platform's with the id."""

    code = "account_not_found"
    message = "This connection sees no account '{account}'; the list of its accounts has all."


class AccountTakenError(ConflictError):
    """Another connection of the organization reads the account, which would count twice."""

    code = "account_taken"
    title = "Account taken"
    message = (
        "The account '{account}' is read by the connection '{name}'; take it out of that one's"
        " accounts first."
    )


class BrandUnknownError(InvalidInputError):
    """The organization has no such brand."""

    code = "brand_unknown"
    status = 422
    title = "Unknown brand"
    message = "The organization has no brand '{brand_id}'."


class ConnectionAmbiguousError(ConflictError):
    """Several connections of a platform could be meant."""

    code = "connection_ambiguous"
    title = "Several connections"
    message = "{platform} has {count} connections here; say which one with ?connection_id=."


class PlatformNotConnectedError(NotFoundError):
    """The organization has no connection of a platform."""

    code = "platform_not_connected"
    title = "Not connected"
    message = "There is no connection of {platform}; connect it first."


class ConnectionPausedError(ConflictError):
    """A connection brings nothing until its owner says so."""

    code = "connection_paused"
    title = "Connection paused"
    message = "The connection '{name}' is {state}; resume it, or connect it again."


class NothingToSyncError(ConflictError):
    """A connection has no platform, no token, or no account that is read."""

    code = "nothing_to_sync"
    title = "Nothing to sync"
    message = "The connection '{name}' reads no account of a platform; choose its accounts first."


class SyncRangeError(InvalidInputError):
    """The last day of a range is before its first."""

    code = "sync_range_invalid"
    status = 422
    title = "Invalid days"
    message = "The last day, {last}, is before the first, {first}."


class SyncRunNotFoundError(NotFoundError):
    """The organization has no run with the id."""

    code = "sync_run_not_found"
    message = "There is no sync run '{run_id}'."


class SyncRunStateError(ConflictError):
    """A run is in a state in which this cannot be done."""

    code = "sync_run_state"
    title = "Not in this state"
    message = "The run is {state}: {rule}."


class ImportNotFoundError(NotFoundError):
    """The organization has no import with the id, or it was taken back before it counted."""

    code = "import_not_found"
    message = "There is no import '{import_id}'."


class ImportNotKeptError(ConflictError):
    """An import was made before imports were kept one by one, so that it cannot be undone."""

    code = "import_not_kept"
    title = "Import not kept"
    message = (
        "The import '{import_id}' was made before imports were kept one by one and cannot be"
        " undone; remove its source, and import the files that you want to keep."
    )


class WebhookRefusedError(OmnifyError):
    """Nothing proves that a platform sent a delivery now."""

    code = "webhook_refused"
    status = 401
    title = "Not proven"
    message = (
        "No known signature proves that {platform} sent this now; see {platform}_WEBHOOK_SECRETS."
    )


class WebhookUnreadableError(InvalidInputError):
    """A delivery is a platform's, and not as its vendor documents it."""

    code = "webhook_unreadable"
    status = 422
    title = "Unreadable delivery"
    message = "The delivery is signed by {platform} and is not as documented: {words}"


class PlatformNotFoundError(NotFoundError):
    """This version cannot connect a platform of the name."""

    code = "platform_not_found"
    message = "There is no platform '{platform}' that can be connected; the catalog lists them."


class PlatformNotConfiguredError(ConflictError):
    """The deployment has no client of the platform."""

    code = "platform_not_configured"
    title = "Platform not configured"
    message = "{name} is not configured here: its operator has to set {missing}."


class OAuthStateInvalidError(InvalidInputError):
    """A person comes back from a platform with a state that is not theirs, not now, or not once."""

    code = "oauth_state_invalid"
    title = "Not connected"
    message = (
        "This way back from the platform is not valid: it is older than ten minutes, was used"
        " before, or began in another browser. Nothing was connected; begin again."
    )


class ConsentDeniedError(ConflictError):
    """A person said no at the platform."""

    code = "consent_denied"
    title = "Not connected"
    message = "You did not allow it at {name}, so that nothing was connected. You can begin again."


class ShopInvalidError(OmnifyError):
    """What stands for a shop's address is none, or is missing."""

    code = "shop_invalid"
    status = 422
    title = "Invalid shop"
    message = "'{shop}' is no address of a shop; give it as {example}."


class ConnectsOtherwiseError(ConflictError):
    """A platform, or a connection of it, is not connected in the way that was asked for."""

    code = "connects_otherwise"
    title = "Connected otherwise"
    message = "{name} is not connected so, but by {ways}."


class AccountDiffersError(ConflictError):
    """A person reconnected with the login of another account."""

    code = "account_differs"
    title = "Another account"
    message = (
        "The connection is of '{expected}', and you allowed '{found}'. Nothing was changed: sign in"
        " at the platform as the former, or connect the other one anew."
    )


class ConnectLinkInvalidError(InvalidInputError):
    """A link for a colleague leads nowhere any more."""

    code = "connect_link_invalid"
    title = "Link of no use"
    message = (
        "This link is older than 30 minutes, was used before, or lacks its end. Ask whoever sent"
        " it for a new one."
    )


class PlatformRefusedError(OmnifyError):
    """A platform does not take what it was sent: a key, a consent, a request."""

    code = "platform_refused"
    status = 422
    title = "Refused by the platform"
    message = "{name} refused it. {words}"


class PeriodInvalidError(OmnifyError):
    """What is looked up of a platform is of no days that have been, or of too many."""

    code = "period_invalid"
    status = 422
    title = "Invalid period"
    message = (
        "{first} to {last} is no period of 1 to {longest} days that have been since 2000;"
        " change 'from' or 'to'."
    )


class PlatformUnreachableError(ConflictError):
    """A platform gave no answer that can be used; nothing was changed."""

    code = "platform_unreachable"
    title = "No answer from the platform"
    message = "{name} gave no answer that can be used; try again in a few minutes. {words}"


class PlatformBusyError(ConflictError):
    """A platform answers again once its quota is filled up."""

    code = "waiting_for_quota"
    title = "Quota spent"
    message = "{name} takes no more requests until {until}. {words}"


class ConnectionExpiredError(ConflictError):
    """What a person granted has ended, so that the platform answers nothing."""

    code = "reauthorise"
    title = "Consent ended"
    message = "{name} gives this connection nothing more; its owner has to reconnect it. {words}"


class NothingToRenewError(ConflictError):
    """A connection has a key, or a token without an end."""

    code = "nothing_to_renew"
    title = "Nothing to renew"
    message = "This connection's key or token has no end, and is not renewed."


class WindowUnknownError(InvalidInputError):
    """A platform gives no numbers under an attribution window."""

    code = "window_unknown"
    status = 422
    title = "Unknown attribution window"
    message = "{words}"


class RateInvalidError(InvalidInputError):
    """An exchange rate names no two currencies, no day that has been, or no number of use."""

    code = "rate_invalid"
    status = 422
    title = "Invalid exchange rate"
    message = "The exchange rate is not valid; 'errors' names each field."


class RateNotFoundError(NotFoundError):
    """The organization has no exchange rate of its own with the id."""

    code = "rate_not_found"
    message = "There is no exchange rate '{rate_id}'."


class ActionNotFoundError(NotFoundError):
    """The organization has no action with the id."""

    code = "action_not_found"
    message = "There is no action '{action_id}'."


class PersonRequiredError(PermissionDeniedError):
    """An API key asks for what only a person may do at once."""

    code = "person_required"
    message = (
        "An API key cannot act on platforms: a person who is signed in and may publish campaigns"
        " does. Programs and agents propose in analytics, where a person approves."
    )


class ActionUnsupportedError(ConflictError):
    """Nothing is done through a connection: of its platform, or since it reports others' again."""

    code = "action_not_supported"
    title = "Not through this connection"
    message = "Nothing can be changed through the connection '{name}': {reason}."


class ActionInvalidError(InvalidInputError):
    """The level or the money of an action is not what the platform has or takes."""

    code = "action_invalid"
    status = 422
    title = "Invalid action"
    message = "The action is not valid; 'errors' names each field."


class TargetNotFoundError(NotFoundError):
    """No chosen account of a connection has what an action is about."""

    code = "target_not_found"
    message = "No account that this connection reads has the {level} '{id}'."


class ActionUnderWayError(ConflictError):
    """Another action on a target has not ended."""

    code = "action_under_way"
    title = "Another action is under way"
    message = "The action '{action_id}' on this has not ended; wait until it has, then look again."


class RevertRefusedError(ConflictError):
    """An action cannot be taken back."""

    code = "revert_refused"
    title = "Not reverted"
    message = "The action cannot be reverted: {rule}."
