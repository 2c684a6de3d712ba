"""Standard texts towards a customer who goes too far: announce, announce again, end (予告, 再予告, 終了). Ours.

They apologise for no fact, threaten nothing, and keep the way to a proper complaint open. A person copies and adapts
them; what they announce is decided by two people first. The sender is the desk or who is responsible, not an agent.
"""

from django.utils.translation import pgettext_lazy

TEXTS = (
    (
        pgettext_lazy("harassment", "Announcement"),
        (
            "お申し出の件につきましては、確認のうえ誠実に対応いたします。一方で、先ほどのようなご発言が続きますと、"
            "対応を続けることが難しくなります。恐れ入りますが、落ち着いてお話しいただけますようお願いいたします。"
        ),
    ),
    (
        pgettext_lazy("harassment", "Second announcement"),
        (
            "繰り返しのお願いとなりますが、このようなご発言が続く場合は、こちらから対応を終了させていただきます。"
            "ご用件につきましては、書面(メール)で改めてご回答いたします。"
        ),
    ),
    (
        pgettext_lazy("harassment", "Ending"),
        (
            "本件につきましては、これまでにご案内した内容が当店の最終的な回答です。同じ内容のお申し出には、"
            "今後お返事を差し控えさせていただきます。新しいご用件がございましたら、この窓口まで書面(メール)でお知らせください。"
        ),
    ),
)
