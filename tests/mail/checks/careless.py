"""A mail as many shops send it: every mistake in it was seen in one that is really sent."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

FACTS = {
    "subject": "تأكيد الطلب #ORD-2026-10457 - متجر العود",
    "order_number": "ORD-2026-10457",
    "total": "1234.50",
    "subtotal": "1259.50",
    "shipping": "25.00",
    "phone": "+966 50 123 4567",
}
HTML = """<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head>
    <meta name="viewport" content="width=device-width, initial-scale=1.0, user-scalable=no">
    <meta charset="UTF-8">
    <title>تأكيد الطلب</title>
    <style>
        body { font-family: Arial, sans-serif; line-height: 1.4; color: #333; }
        .box { max-width: 600px; margin: 0 auto; padding: 20px; display: flex; flex-direction: column; }
        .top { background: rgb(30 64 175); color: white; padding: 20px; text-align: start; }
        .sum { font-size: 24px; font-weight: bold; color: #8ab; letter-spacing: 1px }
        .foot { color: #999; font-size: 11px; padding-inline-start: 12px; }
    </style>
</head>
<body>
    <div class="box" id="main">
        <div class="top"><img src="http://shop.example/logo.png" width="1"><h1>شكراً لطلبك!</h1></div>
        <div class="card" id="main" style="padding:15px;border-radius:8px;background-color:#fff">
            <h3>تفاصيل الطلب ✅</h3>
            <p>رقم الطلب: ORD-2026-10457</p>
            <p>التاريخ: 05/11/2026 - 01:07 PM</p>
            <p>المبلغ الفرعي: 1259.50 ر.س</p>
            <p>تكلفة الشحن: 25.00 ر.س</p>
            <p class="sum">المجموع الكلي: 1234.50 ﷼</p>
            <table width="640">
            <tr><td style="color:#89a">عود ملكي</td><td>2</td><td style="text-align:justify">300.00</td></tr>
            </table>
            <p><em>سارة</em><br>شارع التحلية<br>الرياض, None<br>+966 50 123 4567</p>
        </div>
        <p>يمكنك تتبع حالة طلبك من <a href="#" dir="rtl" style="text-decoration:none">هنا</a>
        أو <a href="https://shop.example/a" onclick="go()">هنا</a>.</p>
        <form action="https://shop.example/rate"><button>قيّمنا</button></form>
        <div class="foot"><p>للاستفسارات: <bdi>support@shop.example</bdi></div>
    </div>
    <script>track()</script>
</body>
</html>
"""
TEXT = """
    <b>شكراً لطلبك!</b>

    رقم الطلب: ORD-2026-10457
    الإجمالي: 1234.50 ر.س  حالة الدفع: مدفوع


    تابع طلبك: [هنا](https://shop.example/a)
    """


def careless_mail() -> bytes:
    """The mail, put together as the standard library does it when nobody looks closely."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = FACTS["subject"]
    mail["From"] = "noreply@shop.example"
    mail["To"] = "sara@example.com"
    mail["X-Priority"] = "1"
    mail.set_content(HTML, subtype="html", cte="8bit")
    mail.add_alternative(TEXT, subtype="plain", cte="8bit")
    return mail.as_bytes()
