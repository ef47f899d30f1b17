"""Candidate statements: written by any backend, never a repetition, and never more than a proposal."""

from planted import planted

from eudaimon.governance.voices import draft_statements, find_groups, representative, tally
from eudaimon.language import ScriptedModel


def test_drafts_are_new_sentences_and_the_widest_supported_comes_first() -> None:
    opinions, _ = planted((30, 20))
    standing = representative(opinions, tally(opinions, find_groups(opinions).labels))
    said = iter(
        ["Statement 3", '"Keep the river clean. And more."', "keep the RIVER clean", "- Ask before you build.", ""]
    )
    heard = []

    def judge(conversation, voice):
        heard.append(voice.content)
        return "", (0.9, 0.1) if "river" in conversation[0].content and "1" in voice.name else (0.6, 0.4)

    model = ScriptedModel(say=lambda request: next(said), judge=judge)
    drafts = draft_statements(model, opinions, standing, count=5)
    assert [draft.text for draft in drafts] == ["Keep the river clean.", "Ask before you build."]
    assert drafts[0].support == (0.9, 0.6)
    assert all(draft.shown for draft in drafts)
    assert any("they agree" in card for card in heard)


def test_a_backend_that_says_nothing_useful_gives_no_draft() -> None:
    opinions, _ = planted((30, 20))
    assert draft_statements(ScriptedModel(say=lambda request: " "), opinions, [[], []], count=3) == []
