"""What differs between two versions is told place by place, and nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.differing import LONGEST_SHOWN, Difference, differences

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3)
RECORDS = st.dictionaries(
    st.sampled_from("xyz"), LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.sampled_from("pq"), LEAVES)
)


@given(before=RECORDS, after=RECORDS)
def test_equal_versions_differ_nowhere_and_others_somewhere(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert differences(before, before) == []
    found = differences(before, after)
    assert (found == []) is (before == after)
    mirrored = [Difference(one.path, one.after, one.before) for one in differences(after, before)]
    assert mirrored == found


def test_places_are_named_by_their_way_and_long_texts_are_cut() -> None:
    before = {"budget": "100", "group": [{"hat": "expert"}, {"hat": "requester"}], "gone": 1, "text": "a"}
    after = {"budget": "120", "group": [{"hat": "expert"}], "come": ["b"], "text": "b" * 1000}
    assert differences(before, after)[:4] == [
        Difference("budget", "100", "120"),
        Difference("come", "", '["b"]'),
        Difference("gone", "1", ""),
        Difference("group", '[{"hat": "expert"}, {"hat": "requester"}]', '[{"hat": "expert"}]'),
    ]
    assert len(differences(before, after)[4].after) == LONGEST_SHOWN
