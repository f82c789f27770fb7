"""The demo's disputes: one in every state, in English and Chinese, told as they might have happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User

from adjudication.credentials import demo
from adjudication.evidence.models import Exhibit
from adjudication.management.demo import drawings
from adjudication.management.demo.acting import Stage, exhibit
from adjudication.orders.messages import Message
from adjudication.orders.register import BuyerGiven, ItemGiven, ShopGiven
from adjudication.parties import Role
from adjudication.policy.terms import Reason, RejectionReason, Remedy
from adjudication.rulings.models import Finding, Winner

BUYER = BuyerGiven(id=demo.PARTIES["buyer"][1], name="Lin Xiaoyu 林晓雨")
SHOP = ShopGiven(
    id=demo.PARTIES["seller"][1],
    name="Kiln & Co 窑与器",
    category="home",
    return_address="18 Potters' Lane, Jingdezhen",
)
OTHER_BUYER = BuyerGiven(id="demo-buyer-2", name="Mara Keller")
OTHER_SHOP = ShopGiven(id="demo-shop-2", name="Northbank Audio 北岸音响", category="electronics")

CUP = ItemGiven(sku="CUP-12", title="Porcelain cup, blue dots 青花点彩杯", unit_price_minor=12_800, quantity=1)
PLATES_LISTED = {
    "title": "Set of six dinner plates 餐盘六件套",
    "price": {"amount_minor": 32_000, "currency": "CNY"},
    "description": "Stoneware, 26 cm. Each plate is packed in a box of its own.\n炻器，直径 26 厘米，单只装盒。",
    "attributes": {"pieces": 6, "dishwasher": True},
}
POT = ItemGiven(sku="POT-03", title="紫砂壶 Yixing clay teapot, 280 ml", unit_price_minor=46_800, quantity=1)
PLATES = ItemGiven(sku="PLT-06", title="Set of six dinner plates 餐盘六件套", unit_price_minor=32_000, quantity=1)
VASE = ItemGiven(sku="VAS-01", title="白瓷花瓶 White porcelain vase", unit_price_minor=25_900, quantity=1)
TRAY = ItemGiven(sku="TRY-02", title="Bamboo tea tray 竹茶盘", unit_price_minor=9_900, quantity=1)
PHONES = ItemGiven(sku="HP-7", title="Wireless headphones, black", unit_price_minor=8_900, quantity=1)

BUYERS, SELLERS, NEITHER = Finding.Supports.BUYER, Finding.Supports.SELLER, Finding.Supports.NEITHER
STRONG, SOME, NONE = Finding.Weight.STRONG, Finding.Weight.SOME, Finding.Weight.NONE
Kind = Exhibit.Kind


class Stories:
    """Every demo order, numbered as it is told."""

    def __init__(self, now: datetime, arbitrator: User, in_chinese: User) -> None:
        """Told as of `now`; the arbitrator hears the cases in English, `in_chinese` those in Chinese."""
        self.now, self.arbitrator, self.in_chinese, self.count = now, arbitrator, in_chinese, 0

    def bought(
        self,
        days: float,
        *items: ItemGiven,
        currency: str = "CNY",
        buyer: BuyerGiven = BUYER,
        shop: ShopGiven = SHOP,
        shipping: int = 0,
    ) -> Stage:
        """An order, paid so many days ago."""
        self.count += 1
        stage = Stage(self.now, f"{demo.ORDER_PREFIX}{self.count:04d}")
        return stage.order(days * 24, buyer=buyer, shop=shop, currency=currency, items=items, shipping=shipping)

    def arrived(self, days: float, *items: ItemGiven, **how: object) -> Stage:
        """An order that has arrived a day after it was shipped."""
        stage = self.bought(days, *items, **how)  # type: ignore[arg-type]  # as `bought` takes them
        stage.shipped(days * 24 - 20, f"SF10{self.count:02d}4471{self.count * 37:04d}")
        return stage.delivered(days * 24 - 44, signed_by="Lin")

    def tell_all(self) -> int:
        """Tell every story; returns how many orders there are."""
        for story in (self.free_orders, self.requested, self.rejected, self.intervention, self.evidence):
            story()
        for story in (self.awaiting_the_ruling, self.ruled, self.appealed, self.returning, self.closed):
            story()
        return self.count

    def free_orders(self) -> None:
        """Orders without a case, to try a request on."""
        self.arrived(4, TRAY, CUP, shipping=1_200)
        self.bought(3, VASE, currency="EUR").shipped(50, "DHL77120394")
        self.bought(1, POT, currency="JPY")
        self.arrived(5, PHONES, currency="EUR", buyer=OTHER_BUYER, shop=OTHER_SHOP)

    def requested(self) -> None:
        """The seller's turn."""
        case = self.arrived(4, CUP, TRAY, shipping=800).request(
            20,
            Reason.QUALITY,
            "The cup has a crack from the rim to the foot; tea seeps through it. I only ask for the cup.",
            lines=("1",),
        )
        case.file(
            19.5, case.buyer, exhibit("Crack from rim to foot", "Taken right after unpacking.", image=drawings.cup())
        )
        self.bought(6, VASE).request(66, Reason.NOT_SHIPPED, "付款六天了还没有发货，客服也不回复，申请全额退款。")
        self.arrived(3, PLATES, currency="EUR", buyer=OTHER_BUYER).request(
            5,
            Reason.DAMAGED_IN_TRANSIT,
            "Two of the six plates arrived in pieces. I ask for a third of the price.",
            minor=10_600,
        )

    def rejected(self) -> None:
        """The buyer's turn."""
        case = self.arrived(6, POT).request(
            60, Reason.NOT_AS_DESCRIBED, "页面上写的是朱泥，收到的颜色明显偏紫，和图片差别很大。"
        )
        case.file(59, case.buyer, exhibit("收到的实物", "自然光下拍摄。", image=drawings.teapot((112, 70, 84))))
        case.reject(
            24,
            RejectionReason.GOODS_AS_DESCRIBED,
            "同一批泥料，拍摄光线不同颜色会有差异，页面已注明以实物为准。",
            exhibit("发货前照片", "同一把壶，店内灯光。", image=drawings.teapot()),
        )

    def intervention(self) -> None:
        """The platform's turn."""
        case = self.arrived(5, CUP, currency="JPY").request(
            40, Reason.QUALITY, "The glaze flakes off at the handle after one wash."
        )
        case.reject(
            10,
            RejectionReason.DAMAGED_BY_BUYER,
            "It was put into a dishwasher; the listing says wash by hand.",
            exhibit("Before packing", "No flaw at the handle.", image=drawings.cup(is_cracked=False)),
        )
        case.intervene(0.5, "I washed it by hand, once. The seller has not seen the cup and cannot know otherwise.")

    def evidence(self) -> None:
        """Both sides file."""
        stage = self.arrived(6, replace(PLATES, snapshot=PLATES_LISTED), shipping=1_500)
        stage.talk(
            74,
            (Message.By.BUYER, "The parcel came with one corner pushed in. 箱子压坏了一个角。"),
            (Message.By.SELLER, "Please open it and send us photos; we pack every plate in its own box."),
            (Message.By.BUYER, "Four plates are in pieces. There was one layer of paper, no box."),
            (Message.By.SELLER, "That cannot be; the carrier noted nothing."),
        )
        case = stage.request(
            70, Reason.DAMAGED_IN_TRANSIT, "The parcel was crushed at one corner and the plates inside are broken."
        )
        case.file(
            69, case.buyer, exhibit("The parcel as it came", "Corner pushed in.", image=drawings.box(is_crushed=True))
        )
        case.reject(
            30,
            RejectionReason.SIGNED_FOR,
            "The parcel was signed for without a remark, so it was whole on delivery.",
            exhibit("The parcel when it left us", "", image=drawings.box()),
        )
        case.intervene(20, "The courier left it at the door. I could not have made a remark. 快递放门口就走了。")
        case.assign(19.9, self.arbitrator)
        case.file(12, case.buyer, exhibit("What was inside", "Four of six plates in pieces.", image=drawings.shards()))
        case.file(
            11,
            case.seller,
            exhibit(
                "Carrier’s record", "Accepted, in transit, delivered; “no exception noted”.", kind=Kind.CARRIER_RECORD
            ),
        )
        case.file(
            9,
            case.seller,
            exhibit("微信聊天记录", "买家在微信里说“可能是我自己摔的”。", kind=Kind.OFF_PLATFORM_CHAT),
        )
        case.ask(
            4,
            self.arbitrator,
            "Please photograph all pieces on one table together with the code, so that I can see how many there are.",
            Role.BUYER,
        )
        case.offer(3.5, case.seller, 15_000, "Two plates can be used; let us share the loss.")
        other = self.arrived(6, VASE, buyer=OTHER_BUYER).request(50, Reason.QUALITY, "The vase leaks at its foot.")
        other.reject(
            40, RejectionReason.USED_OR_WORN, "It has been in use for days.", exhibit("Listing", "For dry flowers.")
        )
        other.intervene(16, "The listing says nothing of dry flowers.").assign(15.9, self.arbitrator)
        other.rest(3, other.buyer)

    def awaiting_the_ruling(self) -> None:
        """The arbitrator's turn."""
        case = self.arrived(7, CUP, currency="EUR").request(
            90,
            Reason.NOT_AS_DESCRIBED,
            "The listing says hand-painted. The dots are a printed transfer: they are identical.",
        )
        case.reject(
            60,
            RejectionReason.GOODS_AS_DESCRIBED,
            "Each dot is set by hand with a stamp. That is how it is described.",
            exhibit("At the workshop", "", image=drawings.cup(is_cracked=False)),
        )
        case.intervene(40, "A stamp is not painting.").assign(39.5, self.arbitrator)
        case.file(
            30,
            case.buyer,
            exhibit(
                "Two dots compared", "They match to the hair.", image=drawings.cup((240, 236, 226), is_cracked=False)
            ),
        )
        case.rest(6)

    def ruled(self) -> None:
        """Rulings that can still be appealed against: for the buyer, for the seller, for both in part."""
        case = self.arrived(9, CUP).request(130, Reason.QUALITY, "杯子从杯口到杯底有一条裂纹，装水会渗。")
        case.file(129, case.buyer, exhibit("裂纹照片", "开箱当天拍摄。", image=drawings.cup()))
        case.reject(
            110,
            RejectionReason.DAMAGED_BY_BUYER,
            "出厂前已检验，裂纹是买家使用不当造成。",
            exhibit("出厂照片", "完好无损。", image=drawings.cup(is_cracked=False)),
        )
        case.intervene(90, "没有使用过，开箱就是这样。").assign(89, self.in_chinese).rest(50)
        case.rule(
            20,
            self.in_chinese,
            Winner.BUYER,
            "开箱当天的照片显示裂纹贯穿釉面内外，边缘无磕碰痕迹，属于烧制或运输中产生；出厂照片未标注日期，"
            "也看不到杯身的这一侧，不能证明发出的就是这一只杯子。因此支持买家的退款请求。",
            {
                "B1": (BUYERS, STRONG, "裂纹在开箱当天已存在，且没有撞击点。"),
                "S2": (SELLERS, SOME, "未标注日期，角度不同。"),
            },
            as_described=False,
            fault="seller",
        )
        split = self.arrived(9, PLATES, currency="EUR").request(
            120, Reason.DAMAGED_IN_TRANSIT, "Four of six plates came broken."
        )
        split.file(119, split.buyer, exhibit("The pieces", "", image=drawings.shards()))
        split.reject(
            100,
            RejectionReason.SIGNED_FOR,
            "It was signed for.",
            exhibit("Packing", "Double walls.", image=drawings.box()),
        )
        split.intervene(80, "Nobody opens a parcel at the door.").assign(79, self.arbitrator).rest(40)
        split.rule(
            10,
            self.arbitrator,
            Winner.SPLIT,
            "The photograph shows four broken plates of six; two can be used. Signing for a parcel says nothing about "
            "what is inside it, so the loss on the way is the seller's to bear towards the buyer.",
            {
                "B1": (BUYERS, STRONG, "Four plates are broken; two are whole."),
                "S2": (NEITHER, NONE, "Shows the outside only."),
            },
            usable_percent=35,
            fault="carrier",
        )

    def appealed(self) -> None:
        """A ruling that is heard again."""
        case = self.arrived(9, VASE).request(150, Reason.QUALITY, "花瓶底部漏水，桌面被泡坏。")
        case.reject(
            130,
            RejectionReason.GOODS_AS_DESCRIBED,
            "页面写明为干花花瓶，不建议装水。",
            exhibit("商品页面", "“适合干花”。", kind=Kind.DOCUMENT),
        )
        case.intervene(110, "页面顶部的图片里就装着水和鲜花。").assign(109, self.in_chinese).rest(70)
        case.rule(
            50,
            self.in_chinese,
            Winner.SELLER,
            "商品页面写明该花瓶适合干花，买家在举证期内没有提交任何凭证，无法证明页面曾经展示过装水的图片。"
            "根据现有凭证，商品与描述一致，因此不支持退款。",
            {"S1": (SELLERS, STRONG, "页面文字明确。")},
            as_described=True,
            fault="buyer",
        )
        case.appeal(
            10,
            case.buyer,
            "我找到了下单当天页面的截图，第一张图里花瓶装着水和鲜花。",
            exhibit("下单当天的页面截图", "第一张主图。", image=drawings.cup((222, 232, 240), is_cracked=False)),
        )

    def returning(self) -> None:
        """Goods that go back first: not sent yet, and on their way."""
        back = Remedy.RETURN_AND_REFUND
        self.arrived(6, TRAY, currency="EUR").request(
            50, Reason.SIZE_OR_TASTE, "It is larger than I thought.", remedy=back
        ).accept(30)
        self.arrived(8, POT).request(120, Reason.QUALITY, "壶盖缺了一个小口，申请退货退款。", remedy=back).accept(
            100
        ).ship_return(60, "SF7700125518")

    def closed(self) -> None:
        """How cases end: refunded, withdrawn, released."""
        self.arrived(12, TRAY).request(150, Reason.QUALITY, "One leg is shorter; the tray rocks.").accept(140)
        self.arrived(6, CUP, TRAY).request(60, Reason.OTHER, "买错了颜色。", lines=("1",)).withdraw(20)
        case = self.arrived(16, POT).request(260, Reason.QUALITY, "The lid does not close.")
        case.reject(
            240,
            RejectionReason.GOODS_AS_DESCRIBED,
            "The lid turns to close, as the leaflet says.",
            exhibit("Lid closed", "Turned by a quarter.", image=drawings.teapot()),
        )
        case.intervene(220, "I have tried.").assign(219, self.arbitrator)
        case.file(
            210, case.buyer, exhibit("My teapot", "The lid stands off.", image=drawings.teapot((140, 84, 60)))
        ).rest(190)
        case.rule(
            160,
            self.arbitrator,
            Winner.SELLER,
            "The leaflet says to turn the lid by a quarter; the buyer's photograph shows it before the turn. "
            "Closed as described, it sits flush, as the seller's photograph of the same teapot shows.",
            {
                "S1": (SELLERS, STRONG, "The lid sits flush after the turn."),
                "B2": (BUYERS, SOME, "Taken before the turn."),
            },
            as_described=True,
            fault="buyer",
        )
        case.silence()
