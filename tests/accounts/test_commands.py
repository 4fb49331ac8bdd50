"""Customers, users and what they set for themselves; who may change anything (H5, P2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from dialtree.accounts.commands import (
    create_customer,
    create_user,
    deactivate,
    set_password,
    update_settings,
)
from dialtree.accounts.models import Customer, Role, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials, create_token, sign_in
from dialtree.holders.models import Holder
from dialtree.language import Language
from dialtree.refusals import RefusalCode, Refused
from tests.conftest import PASSWORD, People
from tests.stock import holder

NEW = {
    "name": "Nele Neu",
    "role": Role.VIEWER,
    "language": Language.DE,
    "password": "so lang, so gut",
}


@pytest.mark.usefixtures("database")
async def test_a_new_user_can_sign_in() -> None:
    customer = await create_customer("Nordlicht Werke GmbH", 30)
    user = await create_user(customer, email=" Nele@Nordlicht.example ", **NEW)
    assert (user.email, customer.booked_concurrent_calls) == ("nele@nordlicht.example", 30)
    principal, _secret = await sign_in(
        "nele@nordlicht.example", str(NEW["password"]), timedelta(days=1)
    )
    assert principal == Principal.from_user(user)
    assert (principal.customer_id, principal.role) == (customer.id, Role.VIEWER)


async def test_an_address_belongs_to_one_person(people: People) -> None:
    customer = await Customer.get(id=people.stranger.customer_id)
    with pytest.raises(IntegrityError):
        await create_user(customer, email="ADMIN@nordlicht.example", **NEW)
    assert await User.all().count() == 4


async def test_p4_everybody_chooses_their_language(people: People) -> None:
    for principal in (people.administrator, people.viewer):
        for language in Language:
            assert (await update_settings(principal, language)).language == language
            assert (await User.get(id=principal.user_id)).language == language
    assert (await User.get(id=people.stranger.user_id)).language == people.stranger.language


async def test_h5_only_administrators_change_anything(people: People) -> None:
    people.administrator.must_be_administrator()
    with pytest.raises(Refused) as caught:
        people.viewer.must_be_administrator()
    assert caught.value.refusal.code == RefusalCode.NOT_ADMINISTRATOR


async def test_p2_a_principal_reads_the_rows_of_one_customer(people: People) -> None:
    ours = await holder(people.administrator)
    theirs = await holder(people.stranger)
    assert await people.viewer.of(Holder) == [ours]
    assert await people.stranger.of(Holder) == [theirs]
    assert [customer.id for customer in await people.viewer.of(Customer)] == [ours.customer_id]
    assert {user.id for user in await people.viewer.of(User)} == {
        people.viewer.user_id,
        people.administrator.user_id,
    }


async def test_with_a_new_password_the_old_sessions_end(people: People) -> None:
    user = await User.get(id=people.viewer.user_id)
    _principal, before = await sign_in(user.email, PASSWORD, timedelta(days=1))
    token = await create_token(user, "backup", None)
    await set_password(user, "another one altogether")
    assert await Credentials(session=before).principal() is None
    assert await Credentials(token=token).principal() == replace(people.viewer, via="backup")
    with pytest.raises(Refused):
        await sign_in(user.email, PASSWORD, timedelta(days=1))
    await sign_in(user.email, "another one altogether", timedelta(days=1))


async def test_a_deactivated_account_loses_sessions_and_tokens_for_good(people: People) -> None:
    user = await User.get(id=people.viewer.user_id)
    _principal, session = await sign_in(user.email, PASSWORD, timedelta(days=1))
    token = await create_token(user, "backup", None)
    await deactivate(user)
    await User.filter(id=user.id).update(deactivated_at=None)
    assert await Credentials(session=session).principal() is None
    assert await Credentials(token=token).principal() is None
    assert (await sign_in(user.email, PASSWORD, timedelta(days=1)))[0] == people.viewer
