"""What a schema can not say, for schemathesis: failures that are none, each by what the service answered."""

import atexit
import base64
import json
import os
import re
import sys

import schemathesis
from schemathesis.transport.serialization import Binary

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


# A grey square of the least size that is accepted: what the schema can not tell from any other bytes.
PICTURE = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAGQAAABkCAAAAABVicqIAAAAPUlEQVR42u3NAQkAAAwDoEVf9LU4HLSA6YFIJBKJRCKRSCQSiUQikUgkEolEIpFIJBKJRCKRSCQSiUTyPxmMBYke15yysgAAAABJRU5ErkJggg=="
)


# Images that are there, and that were.
IMAGES = []
DELETED = set()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Uploads what is an image and asks for images that there are: otherwise only refusals were looked at."""
    if isinstance(case.body, dict) and isinstance(case.body.get("file"), Binary) and not is_negative(case):
        # A new one: the next case may have the same.
        case.body = case.body | {"file": Binary(PICTURE)}
    image = case.path_parameters.get("id", "")
    if "/images/{id}" == case.operation.path and case.method in ("GET", "PATCH") and IMAGES:
        if re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", image) and image not in IMAGES:
            case.path_parameters = case.path_parameters | {"id": IMAGES[-1]}


@schemathesis.hook
def after_call(context, case, response):
    SEEN.add((case.method, case.operation.path, response.status_code))
    if case.method == "POST" and case.operation.path == "/images" and response.status_code == 201:
        IMAGES.append(body_of(response)["id"])
    if case.method == "DELETE" and response.status_code == 204 and case.path_parameters["id"] in IMAGES:
        IMAGES.remove(case.path_parameters["id"])
        DELETED.add(case.path_parameters["id"])


SEEN = set()
WANTED = {
    ("POST", "/images", 201),
    ("GET", "/images", 200),
    ("GET", "/images/{id}", 200),
    ("PATCH", "/images/{id}", 200),
    ("PATCH", "/images/{id}", 409),
    ("DELETE", "/images/{id}", 204),
    ("POST", "/uploads", 201),
}


@atexit.register
def tell_what_was_not_reached():
    missing = WANTED - SEEN
    if missing:
        print(f"Never answered: {sorted(missing)}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    title = getattr(failure, "title", "")
    if title == "Schema-valid request rejected":
        return not (
            code_of(response) in REFUSED_FOR_THEIR_MEANING
            or is_about_expected_version(response)
            or is_about_both_names_of_tags(case.body, response)
        )
    if title == "Created resource not found":
        # A repeated key answers as it did before the image was deleted.
        return case.path_parameters["id"] not in DELETED
    if title == "Schema-violating request accepted":
        # By its own words, nothing was wrong with it.
        if "positive test case" in failure.message:
            return False
        # 413 is a refusal as well, and says more than 400.
        return code_of(response) != "FILE_TOO_LARGE" and not has_untrimmed_text([case.query, case.body])
    return True


def is_negative(case):
    """Whether it is meant to be refused, perhaps for this very file."""
    return case.meta is not None and case.meta.generation.mode.is_negative


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
