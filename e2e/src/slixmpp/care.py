"""What becomes of messages that are corrected, felt about, marked and taken back, for a device that was away."""
import asyncio
import json
import logging
import sys
from xml.etree import ElementTree

import slixmpp

settings = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
# Its own plugin for this speaks an older version.
RETRACT = "urn:xmpp:message-retract:1"
NEEDED = ("xep_0030", "xep_0059", "xep_0085", "xep_0184", "xep_0280", "xep_0308", "xep_0313", "xep_0333", "xep_0428", "xep_0444", "xep_0461")


def tell(step, saw):
    print(json.dumps({"step": step, "saw": saw}), flush=True)


class Device(slixmpp.ClientXMPP):
    def __init__(self, account, resource):
        super().__init__(f"{account['name']}@{settings['domain']}/{resource}", account["password"])
        self.ca_certs = settings["certificate"]
        for plugin in NEEDED:
            self.register_plugin(plugin)
        self["xep_0184"].auto_ack = False
        self.seen = []
        self.register_handler(slixmpp.xmlstream.handler.Callback("all", slixmpp.xmlstream.matcher.StanzaPath("message"), self.heard))

    def heard(self, message):
        if message["type"] != "error":
            self.seen.append(message)

    async def enter(self):
        ready = self.wait_until("session_start", timeout=20)
        self.connect((settings["host"], settings["port"]))
        await ready
        self.send_presence()

    async def says(self, to, message_id, fill):
        message = self.make_message(mto=to, mtype="chat")
        message["id"] = message_id
        fill(message)
        message.send()
        await self["xep_0030"].get_info(jid=self.boundjid.host)


def body(text):
    return lambda message: message.__setitem__("body", text)


def corrected(text, original):
    def fill(message):
        message["body"] = text
        message["replace"]["id"] = original
    return fill


def summary(message):
    """What slixmpp's plugins make of one message."""
    for name in ("retract", "retracted"):
        found = message.xml.find(f"{{{RETRACT}}}{name}")
        if found is not None:
            return [name, found.get("id")]
    if message.get_plugin("reactions", check=True):
        return ["feels", sorted(message["reactions"].get_values())]
    if message.get_plugin("displayed", check=True):
        return ["displayed", message["displayed"]["id"]]
    if message.get_plugin("replace", check=True):
        return [message["body"], "for", message["replace"]["id"]]
    if message.get_plugin("reply", check=True):
        return [message["body"], "to", message["reply"]["id"]]
    return [message["body"]]


async def history(device):
    return [summary(result["mam_result"]["forwarded"]["stanza"]) async for result in device["xep_0313"].iterate(rsm={"max": 3})]


async def main():
    romeo, juliet = Device(settings["accounts"][0], "orchard"), Device(settings["accounts"][1], "balcony")
    await romeo.enter()
    to = juliet.boundjid.bare
    info = await romeo["xep_0030"].get_info(jid=romeo.boundjid.bare)
    tell("the archive leaves tombstones", "urn:xmpp:message-retract:1#tombstone" in info["disco_info"]["features"])
    await romeo.says(to, "m1", body("wrong recipient"))
    await romeo.says(to, "m2", body("airlock"))
    await romeo.says(to, "m3", corrected("window", "m2"))
    romeo["xep_0444"].send_reactions(slixmpp.JID(to), "m2", {"🐢"})
    romeo["xep_0333"].send_marker(slixmpp.JID(to), "m0", "displayed")
    reply = romeo.make_message(mto=to, mtype="chat", mbody="yes")
    reply["reply"]["id"] = "m2"
    reply.send()
    state = romeo.make_message(mto=to, mtype="chat")
    state["chat_state"] = "composing"
    state.send()
    retraction = romeo.make_message(mto=to, mtype="chat", mbody="took it back")
    retraction["id"] = "r1"
    retraction.enable("fallback")
    retraction["fallback"]["for"] = RETRACT
    ElementTree.SubElement(retraction.xml, f"{{{RETRACT}}}retract", {"id": "m1"})
    retraction.send()
    await romeo["xep_0030"].get_info(jid=romeo.boundjid.host)
    while (await history(romeo))[0][0] != "retracted":
        pass
    await juliet.enter()
    await juliet["xep_0030"].get_info(jid=juliet.boundjid.host)
    for _ in range(100):
        if len(juliet.seen) >= 7:
            break
        await asyncio.sleep(0.1)
    tell("what waited", [summary(message) for message in juliet.seen])
    tell("history", await history(juliet))


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 60))
