"""The door of people: residents, families, staff duties, signing in. The only module others may import."""

from xueqiao.domains.people.actions.add_passkey import add_passkey
from xueqiao.domains.people.actions.add_totp import add_totp
from xueqiao.domains.people.actions.challenge_passkey import challenge_passkey
from xueqiao.domains.people.actions.check_passkey import check_passkey
from xueqiao.domains.people.actions.check_totp import check_totp  # each code once
from xueqiao.domains.people.actions.confirm_family import confirm_family  # by the subject's code, or at the counter
from xueqiao.domains.people.actions.end_access_need import end_access_need  # a registered need is taken off
from xueqiao.domains.people.actions.end_family import end_family  # authority is gone with the commit
from xueqiao.domains.people.actions.end_role import end_role  # a duty ends today, its holder's sessions too
from xueqiao.domains.people.actions.enter_by_link import enter_by_link  # demo people only
from xueqiao.domains.people.actions.extend_sign_in_code import extend_sign_in_code  # once, five more minutes
from xueqiao.domains.people.actions.give_guardian_consent import give_guardian_consent
from xueqiao.domains.people.actions.grant_role import grant_role  # each level to the one below
from xueqiao.domains.people.actions.leave_all_devices import leave_all_devices  # ends sessions and tokens
from xueqiao.domains.people.actions.link_family import link_family  # ask to act for somebody
from xueqiao.domains.people.actions.make_entry_link import make_entry_link  # one-time way in for demo people
from xueqiao.domains.people.actions.make_token import TOKEN_SCOPES, make_token  # a bearer token, shown once
from xueqiao.domains.people.actions.merge_persons import merge_persons  # two records, one human being
from xueqiao.domains.people.actions.move_home import move_home
from xueqiao.domains.people.actions.notify import notify  # tell people one thing, once, on page and phone
from xueqiao.domains.people.actions.offer_passkey import offer_passkey
from xueqiao.domains.people.actions.offer_totp import offer_totp
from xueqiao.domains.people.actions.open_account import open_account  # first visit of a proven phone
from xueqiao.domains.people.actions.read_notices import read_notices
from xueqiao.domains.people.actions.register_access_need import register_access_need  # by a clerk who saw the paper
from xueqiao.domains.people.actions.register_person import register_person  # at the counter, or a guardian's child
from xueqiao.domains.people.actions.request_sign_in_code import request_sign_in_code  # six digits to a phone
from xueqiao.domains.people.actions.reset_second_factors import reset_second_factors  # by an operator
from xueqiao.domains.people.actions.send_notices import send_notices  # a job's work
from xueqiao.domains.people.actions.set_mode import MODES, set_mode  # how pages look for her
from xueqiao.domains.people.actions.set_spending_cap import set_spending_cap
from xueqiao.domains.people.actions.sign_in_with_code import sign_in_with_code
from xueqiao.domains.people.actions.withdraw_guardian_consent import withdraw_guardian_consent
from xueqiao.domains.people.actions.withdraw_token import withdraw_token
from xueqiao.domains.people.authorities import (
    authorities_of,  # require_may_act_for, for a whole group
    holds_duty,  # a role on a day in a unit that contains a region
    person_ids_of,
    persons_of_accounts,  # who is behind sessions, for a whole group
)
from xueqiao.domains.people.authorities.contacts import (
    Contact,
    contacts_at,  # who is reached at these numbers
    contacts_of,  # name and proven numbers, for rules
)
from xueqiao.domains.people.authorities.meant import persons_meant  # whom names and numbers of a list mean
from xueqiao.domains.people.errors import (
    CodeTooSoon,
    CodeUsedUp,
    CodeWrong,
    EntryLinkSpent,
    FactorNeeded,
    GuardianConsentMissing,
    GuardianPhoneMissing,
    MayNotActFor,
    NeedUnknown,
    PhoneInvalid,
    ProofMissing,
    ProofSpent,
    SignInCodeExpired,
    TicketExpired,
    TokenInvalid,
    TooManyCodes,
)
from xueqiao.domains.people.events import (
    FamilyConfirmed,
    FamilyEnded,
    PersonMoved,
    PersonRegistered,
    PersonsMerged,
)
from xueqiao.domains.people.ports import SmsGateway, sms_gateway
from xueqiao.domains.people.queries import (
    access_needs_of,  # registered needs by person id
    access_person,  # one card in the actor's scope, or NotFound
    access_persons,  # cards by id, only those the actor may see
    account_of_session,  # the account behind a session, one query
    account_of_token,  # the account and scopes behind a bearer token
    actor_of_account,  # who acts: scope, roles, duties
    are_family,  # whether an active link joins two people
    birth_dates_of,  # for age rules above
    clerks_at,  # who works the desk of an institution
    codes_of,  # learner numbers by person id
    family_of,  # whom the actor acts for
    find_person_by_code,  # by learner number
    find_person_by_phone,  # the first in scope
    find_persons_by_phone,  # all in scope
    has_staff_duty,  # whether a second factor is due
    homes_of,  # home unit codes by person id
    notices_of,  # what the actor was told
    rehearsal_messages,  # what a rehearsal shows instead of sending
    representatives_of,  # who acts for the actor
    require_factor,  # FactorNeeded for staff without it
    require_may_act_for,  # returns the authority, or MayNotActFor
    require_role,  # NotAllowed without one of the roles there
    require_token_scope,
    second_factors_of,
    teachers_in,  # who may teach for an institution
    tokens_of,
    waiting_links_in,  # the counter's list of links to confirm
    without_guardian_consent,  # children nobody may act for now
    work_factor_for,  # how hard the next code from an address must be paid for
)
from xueqiao.domains.people.rules import (
    age_on,  # full years
    check_digit,  # of a learner number
    is_demo_phone,
    is_minor,  # below 18
    mask_name,  # 张桂兰 -> 张*兰
    mask_phone,  # 139****1234
    needs_guardian,  # below 14
    parse_name,
    parse_phone,
    person_key,  # keyed hash of an ID number
    wait_seconds,  # what a page without scripts waits instead of computing
)
from xueqiao.domains.people.values import (
    ACCESS_NEEDS,
    CENTRE_CLERK,
    CITY_OFFICER,
    CONSENT_TEXT_VERSION,
    COUNTY_OFFICER,
    OPERATOR,
    PROVINCE_OFFICER,
    STAFF_ROLES,
    TEACHER,
    Authority,
    CodeSent,
    EntryLinkMade,
    FactorView,
    FamilyMember,
    LinkAsked,
    NoticeView,
    NoticeWanted,
    PersonCard,
    Representative,
    ShownMessage,
    SignedIn,
    TokenMade,
    TokenView,
    TotpOffer,
)

__all__ = [
    "ACCESS_NEEDS",
    "CENTRE_CLERK",
    "CITY_OFFICER",
    "CONSENT_TEXT_VERSION",
    "COUNTY_OFFICER",
    "MODES",
    "OPERATOR",
    "PROVINCE_OFFICER",
    "STAFF_ROLES",
    "TEACHER",
    "TOKEN_SCOPES",
    "Authority",
    "CodeSent",
    "CodeTooSoon",
    "CodeUsedUp",
    "CodeWrong",
    "Contact",
    "EntryLinkMade",
    "EntryLinkSpent",
    "FactorNeeded",
    "FactorView",
    "FamilyConfirmed",
    "FamilyEnded",
    "FamilyMember",
    "GuardianConsentMissing",
    "GuardianPhoneMissing",
    "LinkAsked",
    "MayNotActFor",
    "NeedUnknown",
    "NoticeView",
    "NoticeWanted",
    "PersonCard",
    "PersonMoved",
    "PersonRegistered",
    "PersonsMerged",
    "PhoneInvalid",
    "ProofMissing",
    "ProofSpent",
    "Representative",
    "ShownMessage",
    "SignInCodeExpired",
    "SignedIn",
    "SmsGateway",
    "TicketExpired",
    "TokenInvalid",
    "TokenMade",
    "TokenView",
    "TooManyCodes",
    "TotpOffer",
    "access_needs_of",
    "access_person",
    "access_persons",
    "account_of_session",
    "account_of_token",
    "actor_of_account",
    "add_passkey",
    "add_totp",
    "age_on",
    "are_family",
    "authorities_of",
    "birth_dates_of",
    "challenge_passkey",
    "check_digit",
    "check_passkey",
    "check_totp",
    "clerks_at",
    "codes_of",
    "confirm_family",
    "contacts_at",
    "contacts_of",
    "end_access_need",
    "end_family",
    "end_role",
    "enter_by_link",
    "extend_sign_in_code",
    "family_of",
    "find_person_by_code",
    "find_person_by_phone",
    "find_persons_by_phone",
    "give_guardian_consent",
    "grant_role",
    "has_staff_duty",
    "holds_duty",
    "homes_of",
    "is_demo_phone",
    "is_minor",
    "leave_all_devices",
    "link_family",
    "make_entry_link",
    "make_token",
    "mask_name",
    "mask_phone",
    "merge_persons",
    "move_home",
    "needs_guardian",
    "notices_of",
    "notify",
    "offer_passkey",
    "offer_totp",
    "open_account",
    "parse_name",
    "parse_phone",
    "person_ids_of",
    "person_key",
    "persons_meant",
    "persons_of_accounts",
    "read_notices",
    "register_access_need",
    "register_person",
    "rehearsal_messages",
    "representatives_of",
    "request_sign_in_code",
    "require_factor",
    "require_may_act_for",
    "require_role",
    "require_token_scope",
    "reset_second_factors",
    "second_factors_of",
    "send_notices",
    "set_mode",
    "set_spending_cap",
    "sign_in_with_code",
    "sms_gateway",
    "teachers_in",
    "tokens_of",
    "wait_seconds",
    "waiting_links_in",
    "withdraw_guardian_consent",
    "withdraw_token",
    "without_guardian_consent",
    "work_factor_for",
]
