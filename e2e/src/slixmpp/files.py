"""Two devices on slixmpp send each other files: through the proxy (XEP-0065), and by upload (XEP-0363). Prints what came of it as JSON."""
import asyncio
import hashlib
import io
import json
import logging
import os
import ssl
import sys

import aiohttp
import slixmpp
from slixmpp.exceptions import IqError

settings = json.loads(sys.argv[1])
logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
certificate = settings["certificate"]


class Device(slixmpp.ClientXMPP):
    def __init__(self, account):
        super().__init__(account["jid"], account["password"])
        self.ca_certs = certificate
        self.ready = self.loop.create_future()
        for plugin in ("xep_0030", "xep_0065", "xep_0066", "xep_0363"):
            self.register_plugin(plugin)
        self["xep_0065"].auto_accept = True
        self.add_event_handler("session_start", self.started)

    async def started(self, _):
        self.send_presence()
        self.ready.set_result(None)


def sha(data):
    return hashlib.sha256(data).hexdigest()


async def bytestream(sender, receiver):
    data = os.urandom(settings["bytes"])
    got = bytearray()
    done = asyncio.get_event_loop().create_future()
    receiver.add_event_handler("socks5_data", lambda event: got.extend(event if isinstance(event, (bytes, bytearray)) else event["data"]))
    receiver.add_event_handler("socks5_closed", lambda _: done.done() or done.set_result(None))
    stream = await sender["xep_0065"].handshake(receiver.boundjid.full)
    stream.transport.write(data)
    stream.transport.write_eof()
    await asyncio.wait_for(done, 20)
    proxies = {str(jid): place for jid, place in sender["xep_0065"]._proxies.items()}
    return {"proxies": proxies, "same": sha(bytes(got)) == sha(data), "bytes": len(got)}


async def upload_service(device):
    """Its own search does not work with this Python's asyncio."""
    disco = device["xep_0030"]
    items = await disco.get_items(device.boundjid.server)
    for jid, *_ in items["disco_items"]["items"]:
        info = await disco.get_info(jid)
        if "urn:xmpp:http:upload:0" in info["disco_info"]["features"]:
            return jid
    return None


async def upload(sender, receiver):
    """The sender uploads and sends the link (XEP-0066); the receiver gets the file."""
    data = os.urandom(settings["bytes"])
    context = ssl.create_default_context(cafile=certificate)
    linked = asyncio.get_event_loop().create_future()
    receiver.add_event_handler("message", lambda m: linked.done() or linked.set_result(m["oob"]["url"]))
    service = await upload_service(sender)
    slot = await sender["xep_0363"].request_slot(service, "räksmörgås.bin", len(data), "application/octet-stream")
    put, get = slot["http_upload_slot"]["put"]["url"], slot["http_upload_slot"]["get"]["url"]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as http:
        async with http.put(put, data=io.BytesIO(data), headers={"Content-Length": str(len(data)), "Content-Type": "application/octet-stream"}) as answer:
            status = answer.status
        message = sender.make_message(mto=receiver.boundjid.bare, mbody=get, mtype="chat")
        message["oob"]["url"] = get
        message.send()
        url = await asyncio.wait_for(linked, 10)
        async with http.get(url) as answer:
            same = sha(await answer.read()) == sha(data)
    too_large = None
    try:
        await sender["xep_0363"].request_slot(service, "large.bin", 10**15, "application/octet-stream")
    except IqError as error:
        too_large = error.iq["error"]["condition"]
    return {"service": str(service), "put": status, "same": same, "url": url, "too_large": too_large}


async def main():
    devices = [Device(account) for account in settings["accounts"]]
    for device in devices:
        device.connect((settings["host"], settings["port"]), force_starttls=True)
    await asyncio.wait_for(asyncio.gather(*(device.ready for device in devices)), 20)
    done = await {"bytestream": bytestream, "upload": upload}[settings["what"]](*devices)
    print(json.dumps(done, default=str), flush=True)
    for device in devices:
        await device.disconnect(wait=1.0)


asyncio.get_event_loop().run_until_complete(main())
