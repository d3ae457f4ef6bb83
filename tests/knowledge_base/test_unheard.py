"""What of a question a topic does not speak of."""

import numpy as np

from knowledge_base.lexical import LexicalIndex
from knowledge_base.text import cut
from knowledge_base.unheard import unheard_of
from knowledge_base.vocabulary import NO_VOCABULARY

TOPICS = LexicalIndex([cut(text, NO_VOCABULARY) for text in ("智能电表远程采集示数", "过户材料")])
BOTH = np.arange(2)


def test_a_run_that_no_wording_has_is_unheard() -> None:
    found = unheard_of(TOPICS, BOTH, "智能电表 芯片厂家")
    assert found.longest.tolist() == [1.0, 1.0]
    assert 0.0 < found.share[0] < found.share[1] == 1.0


def test_words_that_every_question_has_count_neither_way() -> None:
    found = unheard_of(TOPICS, BOTH, "过户怎么")
    assert found.longest[1] == found.share[1] == 0.0


def test_a_question_of_common_words_leaves_nothing_unheard() -> None:
    assert unheard_of(TOPICS, BOTH, "怎么多少").share.tolist() == [0.0, 0.0]


def test_the_index_says_which_documents_hold_a_token() -> None:
    assert TOPICS.contain(["过户", "没有的"], BOTH).tolist() == [[False, True], [False, False]]
