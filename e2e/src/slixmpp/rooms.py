"""A room, as slixmpp uses it."""
import asyncio

from person import Person, settings, tell
from slixmpp.exceptions import IqError, PresenceError

ROOM = f"coven@group.{settings['domain']}"


class Visitor(Person):
    plugins = ("xep_0004", "xep_0030", "xep_0045", "xep_0059", "xep_0199", "xep_0249", "xep_0313", "xep_0359", "xep_0421")
    events = ("groupchat_message", "groupchat_subject", "groupchat_invite", "groupchat_presence", "message")

    async def enters(self, **options):
        return await self["xep_0045"].join_muc_wait(ROOM, "a wish", timeout=10, **options)

    async def says(self, body):
        self.send_message(mto=ROOM, mbody=body, mtype="groupchat")
        return await self.next("groupchat_message", lambda m: m["body"] == body)


def codes(presence):
    return sorted(presence["muc"]["status_codes"])


async def refused(work):
    try:
        await work
        return "no"
    except IqError as error:
        return error.condition
    except PresenceError as error:
        return error.condition


async def scenario():
    one, other, third, _ = settings["accounts"]
    romeo, juliet, nurse, friar = [await Visitor(account, "here").here() for account in settings["accounts"]]
    rooms = romeo["xep_0045"]
    own, _, _, _ = await romeo.enters()
    tell("a room is made", codes(own))
    tell("it is closed until it is configured", await refused(juliet.enters()))
    form = await rooms.get_room_config(ROOM)
    form["type"] = "submit"
    form.set_values({**form.get_values(), "muc#roomconfig_roomname": "A Dark Cave", "muc#roomconfig_changesubject": True})
    await rooms.set_room_config(ROOM, form)
    own, subject, others, history = await juliet.enters()
    tell("somebody comes in", [codes(own), own["from"].resource, [p["from"].resource for p in others], len(history), subject["subject"]])
    said = await juliet.says("Double, double toil and trouble")
    heard = await romeo.next("groupchat_message")
    tell("everybody hears", [heard["from"].full, heard["body"], heard["stanza_id"]["id"] == said["stanza_id"]["id"] != ""])
    rooms.set_subject(ROOM, "Fire burn")
    tell("the subject", (await juliet.next("groupchat_subject", lambda m: m["subject"] == "Fire burn"))["from"].resource)
    juliet.send_message(mto=f"{ROOM}/{one['name']}", mbody="psst", mtype="chat")
    tell("a whisper", (await romeo.next("message", lambda m: m["body"] == "psst"))["from"].full)
    own, subject, _, history = await nurse.enters()
    tell("a newcomer reads what was said", [[m["body"] for m in history], subject["subject"]])
    await rooms.set_role(ROOM, third["name"], "none", reason="Avaunt")
    gone = await nurse.next("groupchat_presence", lambda p: p["type"] == "unavailable")
    tell("somebody is put out", [codes(gone), gone["muc"]["item"]["reason"]])
    await rooms.set_affiliation(ROOM, "outcast", jid=nurse.boundjid.bare)
    tell("and banned", await refused(nurse.enters()))
    await rooms.send_affiliation_list(ROOM, [(nurse.boundjid.bare, "none"), (juliet.boundjid.bare, "member")])
    tell("members", [str(jid) for jid in await rooms.get_affiliation_list(ROOM, "member")])
    rooms.invite(ROOM, friar.boundjid.bare, reason="All is forgiven")
    invitation = await friar.next("groupchat_invite")
    tell("an invitation", [invitation["from"].full, invitation["muc"]["invite"]["from"].bare, invitation["muc"]["invite"]["reason"]])
    await romeo["xep_0199"].ping(f"{ROOM}/{one['name']}")
    tell("whoever is not inside knows it", await refused(nurse["xep_0199"].send_ping(f"{ROOM}/{third['name']}")))
    page = await nurse["xep_0313"].retrieve(jid=ROOM, rsm={"max": 10})
    results = page["mam"]["results"]
    tell("the history", [result["mam_result"]["forwarded"]["stanza"]["body"] for result in results])
    info = await nurse["xep_0030"].get_info(jid=ROOM)
    tell("what the room is", [list(info["disco_info"]["identities"])[0][3], "muc_nonanonymous" in info["disco_info"]["features"]])
    items = await nurse["xep_0030"].get_items(jid=f"group.{settings['domain']}")
    tell("the rooms there are", [(item[0], item[2]) for item in items["disco_items"]["items"]])
    juliet["xep_0045"].leave_muc(ROOM, other["name"], "farewell")
    left = await romeo.next("groupchat_presence", lambda p: p["type"] == "unavailable" and p["from"].resource == other["name"])
    tell("somebody leaves", left["status"])
    await rooms.destroy(ROOM, "The end")
    tell("the room is gone", await refused(romeo["xep_0030"].get_info(jid=ROOM)))
    for person in (romeo, juliet, nurse, friar):
        await person.disconnect()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(scenario(), 60))
