"""Settings every connector shares: secrets and addresses."""

import pytest
from pydantic import ValidationError

from hub.sdk import Address, Secret, Settings, setting


class Place(Settings):
    """A place."""

    url: Address = setting(description="Where.")
    token: Secret = setting(description="Who.")


def test_a_good_place():
    place = Place(url="https://erp.example:8443/api/", token="s3cret")
    assert place.url == "https://erp.example:8443/api"
    assert "s3cret" not in f"{place!r} {place} {place.model_dump_json()}"


@pytest.mark.parametrize("url", ["erp.example", "ftp://erp.example", "https://", "https://user:pass@erp.example", "/orders"])
def test_addresses_are_for_http_and_hold_no_secrets(url):
    with pytest.raises(ValidationError) as caught:
        Place(url=url, token="s3cret")
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "s3cret\n", " s3cret", "s3\x00cret"])
def test_secrets_that_cannot_be_meant_are_refused_without_showing_them(token):
    with pytest.raises(ValidationError) as caught:
        Place(url="https://erp.example", token=token)
    assert "cret" not in str(caught.value).replace("secret", "")
