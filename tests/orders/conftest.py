"""An administrator of a customer with a block of three digits, one sold in part, and a number."""

import pytest

from dialtree.accounts.principal import Principal
from dialtree.holders.models import Holder
from tests.conftest import People
from tests.stock import BLOCK, PARTIAL_BLOCK, SINGLE_NUMBER, holder, load


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK, PARTIAL_BLOCK, SINGLE_NUMBER)
    return people.administrator


@pytest.fixture
async def trunk(admin: Principal) -> Holder:
    return await holder(admin)
