"""Debian's Gajim, the whole program with its windows, and beside it a listener: a line of JSON on standard input is what its person does, by the
functions that its menus call; a line on standard output is what its person would see. Gajim refuses to be started by root, as CI does, by the command
alone: here its own steps of starting are called."""
import json
import os
import sys
import threading
from pathlib import Path

settings = json.loads(sys.argv[1])
# What the program itself prints goes with its log; the answers have a channel of their own.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

from gajim import gajim  # noqa: E402

gajim._check_required_deps()
gajim._set_env_vars()

from gi.repository import Gio, GLib  # noqa: E402
from nbxmpp.modules.user_avatar import Avatar  # noqa: E402
from nbxmpp.protocol import JID  # noqa: E402

from gajim.common import app, configpaths, ged  # noqa: E402
from gajim.common.settings import Settings  # noqa: E402
from gajim.common.structs import OutgoingMessage  # noqa: E402
from gajim.gtk.application import GajimApplication  # noqa: E402

ACCOUNT = "me"
FOLDER = settings["folder"]


def tell(event, **what):
    print(json.dumps({"event": event, **what}), file=answers, flush=True)


def trust(certificate):
    """What a system's administrator does with the institution's own authority."""
    Gio.TlsBackend.get_default().set_default_database(Gio.TlsFileDatabase.new(certificate))


def configure():
    """The account, as its wizard writes it; it is there already when Gajim is started again."""
    configpaths.set_config_root(FOLDER)
    configpaths.init()
    configpaths.create_paths()
    stored = Settings()
    stored.init()
    if ACCOUNT not in stored.get_accounts():
        stored.add_account(ACCOUNT)
    values = {
        "active": True,
        "name": settings["name"],
        "hostname": settings["domain"],
        "password": settings["password"],
        "savepass": True,
        "resource": "gajim",
        "anonymous_auth": False,
        "autoconnect": True,
        "use_custom_host": True,
        "custom_host": settings["host"],
        "custom_port": settings["port"],
        "custom_type": settings["tls"],
    }
    for name, value in values.items():
        stored.set_account_setting(ACCOUNT, name, value)
    for name, value in {"use_keyring": False, "check_for_update": False, "confirm_on_window_delete": False}.items():
        stored.set_app_setting(name, value)
    stored.save()
    stored._con.close()


def client():
    return app.get_client(ACCOUNT)


def contact(jid, groupchat=False):
    return client().get_module("Contacts").add_contact(jid, groupchat=groupchat)


def say(to, body, room=False):
    whom = contact(to, groupchat=room)
    kind = "groupchat" if room else "chat"
    client().send_message(OutgoingMessage(account=ACCOUNT, contact=whom, message=body, type_=kind))


def avatar_of(jid):
    return contact(jid).avatar_sha


def wear(path):
    """As the profile's window does when its person saves a picture."""
    avatar = Avatar()
    avatar.add_image_source(Path(path).read_bytes(), "image/png", 64, 64)
    client().get_module("UserAvatar").set_avatar(avatar, public=True, callback=worn)
    return avatar.metadata.default


def worn(task):
    """Not within `wear`: Gajim keeps a weak reference to it."""
    try:
        task.finish()
        tell("worn")
    except Exception as error:
        tell("failed", why=f"the avatar: {error}")


def send(to, path):
    client().get_module("HTTPUpload").send_file(contact(to), Path(path))


def enter(room, nick):
    contact(room, groupchat=True)
    client().get_module("MUC").join(room, nick=nick)


def make(room, name):
    client().get_module("MUC").create(room, {"muc#roomconfig_roomname": name, "muc#roomconfig_membersonly": False})


def occupants(room):
    return sorted(client().get_module("MUC").get_joined_users(room))


def befriend(jid):
    client().get_module("Presence").subscribe(JID.from_string(jid))


def history(jid):
    """What its own archive holds of a conversation, oldest first."""
    account = app.storage.archive.get_account_id(ACCOUNT)
    lines = app.storage.archive._con.execute(
        "SELECT message FROM logs NATURAL JOIN jids WHERE jid = ? AND account_id = ? AND message IS NOT NULL ORDER BY time, log_line_id",
        (JID.from_string(jid), account),
    )
    return [line.message for line in lines]


def features():
    """What it found at the server, of what it looks for."""
    found = {"upload": client().get_module("HTTPUpload").httpupload_namespace, "rooms": str(client().get_module("MUC").service_jid or "")}
    modules = {"archive": "MAM", "pep": "PEP", "blocking": "Blocking", "carbons": "Carbons", "vcard4": "VCard4"}
    return {**found, **{name: bool(getattr(client().get_module(module), "available", getattr(client().get_module(module), "supported", None))) for name, module in modules.items()}}


def downloaded(name):
    """The bytes of a file of this name that it fetched by itself to show it, once it has."""
    import hashlib

    for path in Path(FOLDER).rglob("*"):
        if path.is_file() and path.name.startswith(name) and "thumb" not in path.name:
            return hashlib.sha256(path.read_bytes()).hexdigest()
    return None


def leave():
    app.app.start_shutdown()


def show(to):
    """The conversation's window, with which pictures and messages are really drawn."""
    app.window.add_chat(ACCOUNT, JID.from_string(to), "contact", select=True)


COMMANDS = {f.__name__: f for f in (say, wear, avatar_of, send, enter, make, occupants, befriend, history, features, downloaded, leave, show)}


def obey(line):
    order = json.loads(line)
    try:
        value = COMMANDS[order.pop("do")](**{name: what for name, what in order.items() if name != "id"})
        tell("answer", id=order["id"], value=value)
    except Exception as error:
        tell("answer", id=order["id"], error=repr(error))
    return GLib.SOURCE_REMOVE


def listen():
    for line in sys.stdin:
        GLib.idle_add(obey, line)
    GLib.idle_add(leave)


def body_of(event):
    return getattr(event, "msgtxt", None)


def watch():
    def on(name, handler):
        app.ged.register_event_handler(name, ged.POSTGUI2, handler)

    on("signed-in", lambda event: tell("ready", jid=str(client().get_own_jid()), tls=str(client()._client.tls_version), cipher=str(client()._client.ciphersuite)))
    on("message-received", lambda event: body_of(event) and tell("message", **{"from": str(event.jid), "body": event.msgtxt}))
    on("gc-message-received", lambda event: body_of(event) and tell("groupchat", **{"from": str(event.fjid), "body": event.msgtxt}))
    on("mam-message-received", lambda event: body_of(event) and tell("archived", **{"from": str(event.jid), "body": event.msgtxt}))
    on("http-upload-error", lambda event: tell("failed", why=str(event.error_msg)))
    on("subscribe-presence-received", lambda event: client().get_module("Presence").subscribed(event.jid))
    on("stanza-received", heard)


def heard(event):
    stanza = event.stanza
    if stanza.getAttr("type") == "error":
        tell("error", xml=str(stanza))
    if stanza.getName() == "presence" and stanza.getAttr("type") in (None, "unavailable"):
        codes = [int(status.getAttr("code")) for x in stanza.getTags("x") for status in x.getTags("status") if status.getAttr("code")]
        tell("presence", **{"from": str(stanza.getAttr("from")), "type": stanza.getAttr("type") or "available", "codes": codes})


class Listened(GajimApplication):
    def _startup(self):
        GajimApplication._startup(self)
        watch()
        threading.Thread(target=listen, daemon=True).start()


trust(settings["certificate"])
configure()
gajim._init_gtk()
gajim_application = Listened()
gajim_application.run(["gajim", "--config-path", FOLDER, *settings.get("arguments", [])])
