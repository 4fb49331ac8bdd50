"""An administrator of a customer with a block of three digits and one sold in part."""

import pytest

from dialtree.accounts.principal import Principal
from tests.conftest import People
from tests.stock import BLOCK, PARTIAL_BLOCK, load


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK, PARTIAL_BLOCK)
    return people.administrator
