"""What the shop sells. Prices are in riyals and include VAT; nothing that a browser sends decides one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from examples.storefront.pages import Sums
from gulf_payments import Customer, LineItem, Money, Order
from gulf_payments.money import total_of

CURRENCY = "SAR"
VAT_RATE = "15"
MOST_PIECES = 20  # of one product in one cart

SHIPPING = Money("25.00", CURRENCY)
FREE_SHIPPING_FROM = Money("500.00", CURRENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product, in both languages."""

    sku: str
    price: Money
    title_ar: str
    title_en: str
    description_ar: str
    description_en: str

    def title(self, language: str) -> str:
        """What it is called in a language."""
        return self.title_ar if language == "ar" else self.title_en

    def description(self, language: str) -> str:
        """A sentence about it in a language."""
        return self.description_ar if language == "ar" else self.description_en


_PRODUCTS = (
    Product(
        sku="oud-royal",
        price=Money("345.00", CURRENCY),
        title_ar="عود ملكي",
        title_en="Royal oud",
        description_ar="رقائق عود كمبودي مختارة، 30 غراماً.",
        description_en="Selected Cambodian oud chips, 30 grams.",
    ),
    Product(
        sku="rose-taif",
        price=Money("189.50", CURRENCY),
        title_ar="دهن ورد طائفي",
        title_en="Taif rose oil",
        description_ar="من ورد الطائف المقطوف فجراً، 3 مل.",
        description_en="From Taif roses picked at dawn, 3 ml.",
    ),
    Product(
        sku="bakhoor",
        price=Money("79.00", CURRENCY),
        title_ar="بخور معمول",
        title_en="Maamoul incense",
        description_ar="معمول بالعود والمسك والعنبر، 24 قطعة.",
        description_en="Oud, musk and amber, 24 pieces.",
    ),
    Product(
        sku="mabkhara",
        price=Money("129.00", CURRENCY),
        title_ar="مبخرة نحاسية",
        title_en="Brass incense burner",
        description_ar="نحاس مشغول يدوياً بقاعدة خشبية.",
        description_en="Worked brass on a wooden foot.",
    ),
    Product(
        sku="dates-ajwa",
        price=Money("64.75", CURRENCY),
        title_ar="تمر عجوة المدينة",
        title_en="Ajwa dates of Madinah",
        description_ar="عجوة فاخرة من مزارع المدينة، كيلوغرام.",
        description_en="Choice Ajwa from the farms of Madinah, 1 kg.",
    ),
    Product(
        sku="coffee-saudi",
        price=Money("48.00", CURRENCY),
        title_ar="قهوة سعودية بالهيل",
        title_en="Saudi coffee with cardamom",
        description_ar="محمصة شقراء ومطحونة، 500 غرام.",
        description_en="Light roast, ground, 500 grams.",
    ),
    Product(
        sku="dallah",
        price=Money("215.00", CURRENCY),
        title_ar="دلّة رسلان",
        title_en="Raslan coffee pot",
        description_ar="دلّة نحاسية مبيّضة من الداخل، 800 مل.",
        description_en="Brass, tinned inside, 800 ml.",
    ),
    Product(
        sku="honey-sidr",
        price=Money("159.00", CURRENCY),
        title_ar="عسل سدر جبلي",
        title_en="Mountain sidr honey",
        description_ar="عسل سدر خام من جبال عسير، 500 غرام.",
        description_en="Raw sidr honey of the Asir mountains, 500 grams.",
    ),
)
PRODUCTS: Mapping[str, Product] = {product.sku: product for product in _PRODUCTS}
"""Every product by its sku, in the order of the catalogue."""


def lines_of(items: Mapping[str, int], language: str) -> list[LineItem]:
    """The lines of a cart at today's prices; what is no longer sold is left out."""
    return [
        LineItem(product.title(language), product.price, quantity=items[sku], sku=sku, tax_rate=VAT_RATE)
        for sku, product in PRODUCTS.items()
        if items.get(sku)
    ]


def shipping_for(subtotal: Money) -> Money:
    """What delivery costs, VAT included."""
    return Money.from_minor(0, CURRENCY) if subtotal >= FREE_SHIPPING_FROM else SHIPPING


def sums_of(items: Mapping[str, int]) -> Sums:
    """What a cart comes to, counted by the library as it will be for the order."""
    lines = lines_of(items, "en")
    shipping = shipping_for(total_of((line.total for line in lines), CURRENCY))
    order = Order(id="cart", customer=Customer(email=""), lines=lines, shipping=shipping, shipping_tax_rate=VAT_RATE)
    assert order.tax_total is not None, "every line has its rate"
    return Sums(order.subtotal, shipping, order.tax_total, order.total)
