"""What a schema can not say, for schemathesis: failures that are none, each by what the service answered."""

import json

import schemathesis

# Well-formed requests that are refused for what they mean.
REFUSED_FOR_THEIR_MEANING = {
    "INVALID_CURSOR": "belongs to a caller, a filter and an order, which made-up ones never do",
    "IDEMPOTENCY_KEY_REUSED": "depends on earlier requests",
    "INVALID_FILE_TYPE": "is about the first bytes of a file",
    "INVALID_DIMENSIONS": "is about the pixels of a file",
    "CORRUPT_IMAGE": "is about all bytes of a file",
}
# White space at the ends is trimmed before lengths are counted and patterns hold.
WHITE_SPACE = " \t\n\v\f\r\x85\u00a0"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    title = getattr(failure, "title", "")
    if title == "Schema-valid request rejected":
        return not (
            code_of(response) in REFUSED_FOR_THEIR_MEANING
            or is_about_expected_version(response)
            or is_about_both_names_of_tags(case.body, response)
        )
    if title == "Schema-violating request accepted":
        # 413 is a refusal as well, and says more than 400.
        return code_of(response) != "FILE_TOO_LARGE" and not has_untrimmed_text([case.query, case.body])
    return True


def code_of(response):
    return body_of(response).get("code")


def is_about_expected_version(response):
    """
    It comes in the body or in If-Match, and both must agree: a schema of a body can not look at headers. And
    schemathesis has entity tags of its own, whatever the pattern.
    """
    details = body_of(response).get("details", {})
    return list(details) == ["If-Match"] or details == {"version": "is required unless If-Match is sent"}


def is_about_both_names_of_tags(body, response):
    """Each name may come twenty times, but not both together."""
    names = ("tags", "tags[]")
    return (
        isinstance(body, dict)
        and sum(len(body.get(name, [])) for name in names) > 20
        and list(body_of(response).get("details", {})) == ["tags"]
    )


def body_of(response):
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def has_untrimmed_text(value):
    if isinstance(value, str):
        return value != value.strip(WHITE_SPACE)
    if isinstance(value, dict):
        return any(has_untrimmed_text(item) for item in value.values())
    if isinstance(value, list):
        return any(has_untrimmed_text(item) for item in value)
    return False
