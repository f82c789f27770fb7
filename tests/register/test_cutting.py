"""Text is cut into words the same way whether it is kept or asked for, in either language and in both together."""

import pytest
from django.db import connection

from adjudication.register.cutting import document, likeness, overlap, question, runs, telling, words


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        (" ，。!?—_ \n", []),
        ("The cup came cracked.", ["the", "cup", "came", "cracked"]),
        ("杯子坏了", ["杯子", "子坏", "坏了", "了"]),
        ("坏", ["坏"]),
        ("杯，子", ["杯", "子"]),
        ("iPhone手机壳X", ["iphone", "手机", "机壳", "壳", "x"]),
        ("ＩＰＨＯＮＥ　１５", ["iphone", "15"]),
        ("Ⅳ ½ ㎏", ["iv", "1", "2", "kg"]),
        ("Café CAFÉ Straße", ["cafe", "cafe", "strasse"]),
        ("İstanbul", ["istanbul"]),
        ("ﾃﾞｼﾞ", ["デジ", "ジ"]),
        ("がか", ["がか", "か"]),
        ("佐々木", ["佐々", "々木", "木"]),
        ("don't e-mail 12.50", ["don", "t", "e", "mail", "12", "50"]),
        ("𠮷野", ["𠮷野", "野"]),
        ("한국어 책", ["한국어", "책"]),
        ("a" * 100, ["a" * 64]),
    ],
)
def test_a_text_is_cut(text, cut):
    assert words(text) == cut


def test_width_case_and_punctuation_make_no_difference():
    assert words("「杯子」、ＣＲＡＣＫＥＤ!") == words("杯子 cracked")


def holds(text, asked):
    """Does the database find the text by this question?"""
    query = question(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)",
            [document(text), query.source_expressions[-1].value],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "asked", "is_found"),
    [
        ("The cup came cracked.", "CRACK", True),
        ("The cup came cracked.", "cup came", True),
        ("The cup came cracked.", "cup went", False),
        ("The cup came cracked.", "cu", False),  # two letters begin too much
        ("杯子收到时已经开裂", "开裂", True),
        ("杯子收到时已经开裂", "杯子收到", True),
        ("杯子收到时已经开裂", "开裂 杯子", True),
        ("杯子收到时已经开裂", "子开", False),
        ("杯子。收到了", "子收", False),  # never across a stop
        ("买家要求退款，卖家拒绝", "家要求退", True),
        ("买家要求退款，卖家拒绝", "家拒绝退", False),
        ("杯子坏了", "了", True),
        ("杯子坏了", "杯", True),
        ("杯子坏了", "好", False),
        ("订单里的iPhone手机壳", "ｉｐｈｏｎｅ 手机壳", True),
        ("退了 12.50 元", "12.50", True),
        ("x' | 'y & !z:*", "x' & !y", True),
        ("\\ ' : * ( ) & | ! <->", "z", False),
    ],
)
def test_what_is_asked_is_found_where_it_stands(text, asked, is_found):
    assert holds(text, asked) is is_found


def test_nothing_is_asked_by_punctuation_alone():
    assert question(" ，' & | ! ") is None
    assert question("") is None
    assert likeness(telling("…")) == ""


@pytest.mark.django_db
def test_a_question_of_any_length_and_any_signs_can_be_asked():
    for asked in ("a " * 5_000, "杯" * 5_000, "'\"\\\0".replace("\0", "") * 50 + "杯子", "&|!():*<->'x'"):
        assert holds(asked + " 杯子", asked) in (True, False)
    assert holds("杯" * 5_000, "杯" * 5_000)


@pytest.mark.django_db
def test_a_like_text_has_any_of_the_words():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s), to_tsvector('simple', %s)"
            " @@ to_tsquery('simple', %s)",
            [document("杯子坏了"), likeness(telling("杯子好了")), document("裤子"), likeness(telling("杯子好了"))],
        )
        assert cursor.fetchone() == (True, False)


def test_the_overlap_of_two_texts_lies_between_none_and_all():
    def common(ours, theirs):
        return overlap(telling(ours).keys(), telling(theirs).keys())

    assert common("杯子坏了", "杯子坏了。") == 1
    assert common("杯子", "裤子") == 0
    assert 0 < common("The cup came cracked", "The cup was cracked") < 1
    assert common("", "杯子") == common("", "") == 0


def test_a_run_is_what_stands_between_gaps():
    assert runs("iPhone手机壳 X1") == ["iphone", "手机壳", "x1"]
