"""Somebody who calls commands with slixmpp's plugins for XEP-0050 and XEP-0133: steps in, what came of each out, as JSON."""
import asyncio
import json
import logging
import sys

import slixmpp
from slixmpp.exceptions import IqError

settings = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
ADMIN = "http://jabber.org/protocol/admin#"


def shown(iq):
    command = iq["command"]
    fields = {}
    if command.xml.find("{jabber:x:data}x") is not None:
        fields = {name: field["value"] for name, field in command["form"].get_fields().items() if name != "FORM_TYPE"}
    return {"status": command["status"], "notes": [list(note) for note in command["notes"]], "fields": fields}


class Commander(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(settings["jid"], settings["password"])
        self.ca_certs = settings["certificate"]
        for plugin in ("xep_0004", "xep_0030", "xep_0050", "xep_0133"):
            self.register_plugin(plugin)
        self.heard = asyncio.Queue()
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", lambda message: self.heard.put_nowait([message["type"], str(message["from"]), message["body"]]))

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        results = []
        for step in settings["steps"]:
            try:
                results.append(await asyncio.wait_for(self.do(step), 10))
            except IqError as error:
                results.append({"refused": error.condition})
        print(json.dumps(results), flush=True)
        await self.disconnect(wait=1.0)
        self.loop.stop()

    async def do(self, step):
        if "list" in step:
            items = await self["xep_0133"].get_commands(step["list"])
            return sorted(node for _, node, _ in items["disco_items"]["items"])
        if "hear" in step:
            return await self.heard.get()
        first = await self.begin(step["command"], step.get("at"))
        if first["type"] == "error":
            return {"refused": first["error"]["condition"]}
        if first["command"]["status"] == "completed":
            return shown(first)
        form = self["xep_0004"].make_form(ftype="submit")
        for name, values in step.get("values", {}).items():
            form.add_field(var=name, value=values)
        command = first["command"]
        return shown(
            await self["xep_0050"].send_command(
                first["from"], command["node"], action="complete", payload=[form], sessionid=command["sessionid"]
            )
        )

    async def begin(self, name, at):
        answer = self.loop.create_future()

        def refused(iq, session):
            self["xep_0050"].terminate_command(session)
            answer.set_result(iq)

        session = {"next": lambda iq, _: answer.set_result(iq), "error": refused}
        getattr(self["xep_0133"], name.replace("-", "_"))(jid=at, session=session)
        return await answer


commander = Commander()
commander.connect((settings["host"], settings["port"]), use_ssl=False, force_starttls=True)
commander.loop.run_forever()
