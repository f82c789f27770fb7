"""What is no text encoding is refused before Django reads the request."""

import pytest

from config import wsgi


@pytest.mark.parametrize("charset", ["hex", "rot13", "bz2_codec", "no-such-thing", "utf-8\x00"])
def test_a_charset_that_is_none_is_refused(charset):
    answered = []
    environ = {"CONTENT_TYPE": f"application/json; charset={charset}", "QUERY_STRING": "a=b"}
    body = wsgi.application(environ, lambda status, headers: answered.append(status))
    assert answered == ["415 Unsupported Media Type"]
    assert b"utf-8" in b"".join(body)
