"""Somebody on slixmpp who waits for what happens. A script that uses it prints one line of JSON a step: its name, and what it saw."""
import asyncio
import json
import logging
import sys

import slixmpp

settings = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR, stream=sys.stderr)


def tell(step, saw):
    print(json.dumps({"step": step, "saw": saw}), flush=True)


class Person(slixmpp.ClientXMPP):
    plugins = ()
    events = ()

    def __init__(self, account, resource):
        super().__init__(f"{account['name']}@{settings['domain']}/{resource}", account["password"], sasl_mech="SCRAM-SHA-1")
        self.ca_certs = settings["certificate"]
        credentials = self["feature_mechanisms"].sasl_callback
        self["feature_mechanisms"].sasl_callback = lambda needed, wanted: credentials(needed, wanted - {"channel_binding"})
        for plugin in self.plugins:
            self.register_plugin(plugin)
        self.heard = {}
        for event in self.events:
            self.heard[event] = asyncio.Queue()
            self.add_event_handler(event, self.heard[event].put_nowait)
        self.add_event_handler("session_start", self.started)
        self.ready = asyncio.Event()

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        self.ready.set()

    async def here(self):
        self.connect((settings["host"], settings["port"]), force_starttls=True)
        await asyncio.wait_for(self.ready.wait(), 15)
        return self

    async def next(self, event, fits=lambda _: True):
        async def look():
            while True:
                found = await self.heard[event].get()
                if fits(found):
                    return found

        return await asyncio.wait_for(look(), 10)
