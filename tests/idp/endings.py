"""The pages by which a login ends: every way in which identity providers hand over the response.

Each is a function of the form's fields and where they go; `WAYS` names them for `?end=`.
"""

import json
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Delivery:
    acs: str  # where the form goes: an AWS sign-in host
    fields: list[tuple[str, str]]  # in this order

    def form(self, attributes: str = "") -> str:
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in self.fields
        )
        return f'<form method="post" action="{escape(self.acs)}" {attributes}>{inputs}</form>'


def page(body: str, script: str = "") -> str:
    script = f"<script>{script}</script>" if script else ""
    return f"<!doctype html><title>The identity provider</title><body>{body}{script}"


_SUBMIT = "document.forms[0].submit()"


def form(delivery: Delivery) -> str:
    """The usual one: a form that submits itself."""
    return page(delivery.form(), _SUBMIT)


def script(delivery: Delivery) -> str:
    """A script that makes the form, some time after the page is there."""
    wanted = json.dumps({"acs": delivery.acs, "fields": delivery.fields})
    make = """
        const form = Object.assign(document.createElement('form'), {method: 'post', action: wanted.acs});
        for (const [name, value] of wanted.fields)
            form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
        document.body.append(form);
        form.requestSubmit();
    """
    return page("<p>One moment", f"const wanted = {wanted}; fetch('/').then(() => {{{make}}})")


def slow(delivery: Delivery) -> str:
    """A script that takes its time: first with the server's answer, a login form in sight and another
    field ready for passwords; then in silence, without any."""
    hidden = "position: fixed; width: 0; height: 0; opacity: 0"
    fields = f'<p><input name="user"><input type="password"></p><input type="password" style="{hidden}">'
    return page(
        fields + delivery.form(),
        "fetch('/slow').then(() => {"
        " document.querySelector('p').remove();"
        f" setTimeout(() => {_SUBMIT}, 1800)"
        "})",
    )


def tab(delivery: Delivery) -> str:
    """Into a new tab; this one stays."""
    return page(delivery.form('target="_blank"'), _SUBMIT)


def popup(delivery: Delivery) -> str:
    """From a small window, which a script opens and fills."""
    inner = json.dumps(form(delivery)).replace("</", "<\\/")
    opened = "open('', 'login', 'width=400,height=300')"
    return page("<p>Your applications", f"{opened}.document.write({inner})")


def frame(delivery: Delivery) -> str:
    """From a frame inside a page."""
    return page(f'<iframe srcdoc="{escape(form(delivery))}"></iframe>')


def get_first(delivery: Delivery) -> str:
    """A GET of the same address comes first: that one is none of anybody's business."""
    acs = json.dumps(delivery.acs)
    return page(delivery.form(), f"fetch({acs}, {{mode: 'no-cors'}}).finally(() => {_SUBMIT})")


def again(delivery: Delivery) -> str:
    """Through the provider once more, which sends the POST on with 307."""
    through = Delivery("/again", delivery.fields)
    return page(through.form(), _SUBMIT)


def here(delivery: Delivery) -> str:
    """To the provider itself, for a browser that nobody stops the form in."""
    return page(Delivery("/arrived", delivery.fields).form(), _SUBMIT)


def nowhere(_: Delivery) -> str:
    """A portal, as where nobody chose AWS: nothing is ever posted."""
    return page("<p>Your applications")


# "redirects" ends as "form" does: the way there is the server's.
WAYS = {
    "form": form,
    "redirects": form,
    "script": script,
    "slow": slow,
    "tab": tab,
    "popup": popup,
    "frame": frame,
    "get-first": get_first,
    "again": again,
    "here": here,
    "nowhere": nowhere,
}


def password_form(query: str, refused: bool, person: str) -> str:
    """`person` is a script that stands for somebody at the keyboard; empty for nobody. As long as
    the page is open, it says so to `/still` every five seconds. Its title says when somebody can type."""
    cursor = "Wrong password" if refused else "Your name"
    return page(
        ("<p>Wrong password" if refused else "")
        + f'<form method="post" action="/login?{escape(query)}">'
        f'<input name="username" autofocus onfocus="document.title = `{cursor}`">'
        '<input name="password" type="password">'
        "<button>Log in</button></form>",
        f"setInterval(() => fetch('/still'), 5000);{person}",
    )
