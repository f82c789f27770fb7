"""Three canned reasons, so that whoever rules in the demonstration finds some."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from adjudication.parties import Actor, Role
from adjudication.rulings import canned
from adjudication.rulings.canned import CannedReason

#: Code, title, for which reason and winner; in English and in Chinese.
TEXTS = (
    (
        ("shown-not-as-described", "Shown: not as described", "not_as_described", "buyer"),
        "{cited} shows goods that are not as the listing describes them. Whoever sells answers for the listing, so "
        "{loser_label} bears it: {to_buyer} of {amount} goes back.",
        "{cited} 显示商品与页面描述不符。页面内容由卖家负责，因此由{loser_label}承担：{amount} 中的 {to_buyer} 退还。",
    ),
    (
        ("nothing-shown", "The burden of proof was not met", "", "seller"),
        "It was for {loser_label} to show what is claimed. Nothing on file does, and {cited} speaks against it; so "
        "{to_seller} is released.",
        "举证责任在{loser_label}一方。在案凭证均不能证明其主张，且 {cited} 与之相反；因此放款 {to_seller}。",
    ),
    (
        ("used-in-part", "Both in part: still usable", "", "split"),
        "By {cited} the fault lies with {fault}, and {usable_percent} of the use is left. By the rule “{rule}” "
        "{to_buyer} goes to {buyer_label} and {to_seller} to {seller_label}.",
        "根据 {cited}，责任在于{fault}，剩余使用价值为 {usable_percent}。依照规则“{rule}”，{to_buyer} 归{buyer_label}，"
        "{to_seller} 归{seller_label}。",
    ),
)


def keep(by: User, *, at: datetime) -> None:
    """Keep them, as a supervisor does."""
    for (code, title, reason, winner), english, chinese in TEXTS:
        text = CannedReason(code=code, title=title, reason=reason, winner=winner, text_en=english, text_zh_hans=chinese)
        canned.write(text, by=Actor(Role.SUPERVISOR, by.pk), seen=0, at=at)
