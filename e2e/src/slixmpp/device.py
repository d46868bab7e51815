"""One device on slixmpp. Reads commands as lines of JSON, writes what happens as lines of JSON."""
import asyncio
import json
import logging
import ssl
import sys

import slixmpp

settings = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR, stream=sys.stderr)


def tell(**what):
    print(json.dumps(what), flush=True)


def versions(context):
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}.get(settings.get("tls"))
    if version is not None:
        context.minimum_version = version
        context.maximum_version = version
    return context


class Device(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(settings["jid"], settings["password"], sasl_mech=settings.get("mechanism"))
        self.ca_certs = settings["certificate"]
        shows = settings.get("shows")
        if shows is not None:
            self.certfile = shows["certificate"]
            self.keyfile = shows["key"]
            self.credentials["authzid"] = shows["authzid"]
        mechanism = settings.get("mechanism") or "-PLUS"
        if not mechanism.endswith("-PLUS"):
            # It would tell the server that it could bind to the channel, and that must fail (RFC 5802, section 6).
            credentials = self["feature_mechanisms"].sasl_callback
            self["feature_mechanisms"].sasl_callback = lambda needed, wanted: credentials(needed, wanted - {"channel_binding"})
        self.auto_authorize = None
        self.auto_subscribe = False
        for plugin in ("xep_0030", "xep_0045", "xep_0059", "xep_0198", "xep_0280", "xep_0297", "xep_0313"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("session_resumed", lambda _: tell(event="resumed"))
        self.add_event_handler("disconnected", self.lost)
        self.add_event_handler("failed_all_auth", self.refused)
        self.add_event_handler("message", self.heard)
        self.add_event_handler("carbon_received", lambda m: self.copied(m["carbon_received"]))
        self.add_event_handler("carbon_sent", lambda m: self.copied(m["carbon_sent"]))
        for kind in ("available", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed"):
            self.add_event_handler("presence_" + kind, lambda p, kind=kind: tell(event="presence", **{"from": str(p["from"]), "type": kind}))

    def get_ssl_context(self):
        return versions(super().get_ssl_context())

    def go(self):
        self.connect((settings["host"], settings["port"]), use_ssl=settings["transport"] == "tls", force_starttls=True)

    async def started(self, _):
        socket = self.transport.get_extra_info("ssl_object")
        self.send_presence()
        tell(event="ready", jid=self.boundjid.full, tls=socket.version())

    def refused(self, _):
        tell(event="failed", why="the server refused the password")
        self.loop.stop()

    def lost(self, _):
        if settings.get("leaving"):
            self.loop.stop()
        else:
            self.go()

    def heard(self, message):
        if message["body"] and message["type"] == "groupchat":
            if message.xml.find("{urn:xmpp:delay}delay") is None:
                tell(event="groupchat", body=message["body"], **{"from": str(message["from"])})
        elif message["body"]:
            tell(event="message", body=message["body"], **{"from": message["from"].bare})

    def copied(self, message):
        tell(event="copy", body=message["body"], **{"from": str(message["from"])})

    async def do(self, command, args):
        if command == "say":
            self.send_message(mto=args["to"], mbody=args["body"], mtype="chat")
        elif command == "enter":
            await self["xep_0045"].join_muc_wait(args["room"], args["nick"], timeout=10)
        elif command == "tell":
            self.send_message(mto=args["room"], mbody=args["body"], mtype="groupchat")
        elif command == "carbons":
            await self["xep_0280"].enable()
        elif command == "befriend":
            await self.update_roster(args["jid"], name="a friend")
            self.send_presence(pto=args["jid"], ptype="subscribe")
        elif command == "approve":
            self.send_presence(pto=args["jid"], ptype="subscribed")
            self.send_presence(pto=args["jid"], ptype="subscribe")
        elif command == "contacts":
            roster = await self.get_roster()
            return {str(jid): item["subscription"] for jid, item in roster["roster"]["items"].items()}
        elif command == "history":
            bodies = []
            async for result in self["xep_0313"].iterate(rsm={"max": args["page"]}):
                bodies.append(result["mam_result"]["forwarded"]["stanza"]["body"])
            return bodies
        elif command == "leave":
            settings["leaving"] = True
            await self.disconnect(wait=1.0)
        return None


async def commands(device):
    reader = asyncio.StreamReader()
    await device.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        args = json.loads(line)
        asyncio.ensure_future(answer(device, args))
    device.loop.stop()


async def answer(device, args):
    try:
        tell(event="answer", id=args["id"], value=await device.do(args["do"], args))
    except Exception as error:
        tell(event="answer", id=args["id"], error=repr(error))


device = Device()
# Kept: a task that nobody refers to may be collected as garbage.
reading = device.loop.create_task(commands(device))
device.go()
device.loop.run_forever()
