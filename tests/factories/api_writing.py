"""Letters for the API, and what came of them."""


def letter(caller, number, **values):
    seen = caller.get(f"/conversations/{number}").json()["seen_event_id"]
    return {
        "to": [{"email": "yumiko@mail.example", "name": "髙橋 由美子"}],
        "subject": "Re: 商品がまだ届きません",
        "text": "本日発送いたします。",
        "seen_event_id": seen,
    } | values
