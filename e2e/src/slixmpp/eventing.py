"""Personal eventing and a pubsub service, as slixmpp uses them."""
import asyncio
from xml.etree import ElementTree

import slixmpp
from person import Person, settings, tell

PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082")


class Friend(Person):
    plugins = ("xep_0004", "xep_0030", "xep_0054", "xep_0060", "xep_0084", "xep_0115", "xep_0118", "xep_0153", "xep_0163", "xep_0222", "xep_0223")
    events = ("user_tune_publish", "avatar_metadata_publish", "pubsub_publish", "presence_available")

    def __init__(self, account, resource):
        super().__init__(account, resource)
        self.auto_authorize = True
        self.auto_subscribe = True

    async def started(self, event):
        await self["xep_0115"].update_caps()
        await super().started(event)


def items_of(answer):
    return [item["id"] for item in answer["pubsub"]["items"]]


async def scenario():
    one, other = settings["accounts"]
    romeo, juliet = await Friend(one, "orchard").here(), await Friend(other, "balcony").here()
    romeo.send_presence_subscription(pto=juliet.boundjid.bare)
    await romeo.next("presence_available", lambda p: p["from"].bare == juliet.boundjid.bare)
    await juliet.next("presence_available", lambda p: p["from"].bare == romeo.boundjid.bare)

    await juliet["xep_0118"].publish_tune(title="Suite", artist="Finzi")
    heard = await romeo.next("user_tune_publish")
    tell("a contact hears the tune", [heard["from"].full, heard["type"], heard["pubsub_event"]["items"]["item"]["tune"]["title"]])
    phone = await Friend(one, "phone").here()
    heard = await phone.next("user_tune_publish")
    tell("who comes hears the last tune", heard["pubsub_event"]["items"]["item"]["tune"]["title"])

    avatars = juliet["xep_0084"]
    picture = avatars.generate_id(PICTURE)
    await avatars.publish_avatar(PICTURE)
    await avatars.publish_avatar_metadata({"id": picture, "type": "image/png", "bytes": str(len(PICTURE)), "height": "1", "width": "1"})
    heard = await romeo.next("avatar_metadata_publish")
    told = heard["pubsub_event"]["items"]["item"]["avatar_metadata"]["items"]
    got = await romeo["xep_0084"].retrieve_avatar(juliet.boundjid.bare, told[0]["id"])
    tell("a contact sees the picture", got["pubsub"]["items"]["item"]["avatar_data"]["value"] == PICTURE)
    card = await romeo["xep_0054"].get_vcard(juliet.boundjid.bare, cached=False)
    tell("the picture is in the vCard too", card["vcard_temp"]["PHOTO"]["BINVAL"] == PICTURE)

    secret = ElementTree.fromstring("<secret xmlns='urn:example:secret'>hush</secret>")
    payload = slixmpp.xmlstream.ElementBase(xml=secret)
    await juliet["xep_0223"].store(payload, node="urn:example:secret", id="1")
    tell("private data come back", items_of(await juliet["xep_0223"].retrieve("urn:example:secret")))
    try:
        await romeo["xep_0060"].get_items(juliet.boundjid.bare, "urn:example:secret")
        tell("private data are private", "no")
    except slixmpp.exceptions.IqError as error:
        tell("private data are private", error.condition)
    await juliet["xep_0222"].store(payload, node="urn:example:public", id="1")
    tell("public data are public", items_of(await romeo["xep_0060"].get_items(juliet.boundjid.bare, "urn:example:public")))

    service = "pubsub." + settings["domain"]
    await juliet["xep_0060"].create_node(service, "news")
    await romeo["xep_0060"].subscribe(service, "news")
    await juliet["xep_0060"].publish(service, "news", id="first", payload=secret)
    heard = await romeo.next("pubsub_publish", lambda m: m["from"].full == service)
    tell("a subscriber hears the news", heard["pubsub_event"]["items"]["item"]["id"])
    subscriptions = await romeo["xep_0060"].get_subscriptions(service)
    tell("subscriptions are listed", [s["node"] for s in subscriptions["pubsub"]["subscriptions"]])
    config = await juliet["xep_0060"].get_node_config(service, "news")
    tell("the configuration is a form", config["pubsub_owner"]["configure"]["form"].get_values()["pubsub#access_model"])
    await juliet["xep_0060"].delete_node(service, "news")
    info = await romeo["xep_0030"].get_info(jid=juliet.boundjid.bare)
    tell("an account is a pubsub service", ("pubsub", "pep") in [(i[0], i[1]) for i in info["disco_info"]["identities"]])
    for person in (romeo, phone, juliet):
        await person.disconnect()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(scenario(), 60))
