"""The real SDKs against the simulator: the product will use exactly these."""

from __future__ import annotations

import asyncio

import pytest
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.messaging.exceptions import ApiException
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

USER = "U" + "1" * 32
CHANNEL = "C0MADOGUCHI"


@pytest.fixture
def line_sdk(sim, settings):
    """The prefix in `host` must survive for both hosts of the API."""
    configuration = Configuration(host=settings.base_url + "/line-api", access_token=settings.line_access_token)
    with ApiClient(configuration) as api:
        yield MessagingApi(api), MessagingApiBlob(api)


def test_line_sdk(sim, product, line_sdk):
    api, blob = line_sdk
    image = sim.send_image(USER, b"\x89PNG!")
    assert bytes(blob.get_message_content(image["message_id"])) == b"\x89PNG!"
    token = product.events()[-1]["replyToken"]
    message = TextMessage(text="受けとりました")
    sent = api.reply_message(ReplyMessageRequest(reply_token=token, messages=[message]))
    assert sent.sent_messages[0].id == sim.phone(USER)[-1]["id"]
    key = "123e4567-e89b-42d3-a456-426614174000"
    push = PushMessageRequest(to=USER, messages=[message])
    api.push_message(push, x_line_retry_key=key)
    with pytest.raises(ApiException) as refused:
        api.push_message(push, x_line_retry_key=key)
    assert refused.value.status == 409
    with pytest.raises(ApiException) as empty:
        api.push_message(PushMessageRequest(to=USER, messages=[TextMessage(text="")]))
    assert empty.value.status == 400
    assert api.get_bot_info().user_id.endswith("b")


async def test_slack_sdk(sim, settings):
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.base_url + "/slack-api/")
    assert (await client.auth_test())["team_id"] == settings.slack_team_id
    marked = {"event_type": "notice", "event_payload": {"id": "1"}}
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "相談", "emoji": False}}]
    posted = await client.chat_postMessage(
        channel=CHANNEL, text="新しい相談", blocks=blocks, metadata=marked, unfurl_links=False
    )
    await client.chat_update(channel=CHANNEL, ts=posted["ts"], text="直しました")
    found = await client.conversations_history(channel=CHANNEL, include_all_metadata=True)
    assert found["messages"][0]["metadata"] == marked
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=CHANNEL, text="a", blocks=[{"type": "divider"}] * 51)
    assert refused.value.response["error"] == "invalid_blocks"


async def test_socket_mode(sim, slack, settings):
    heard: list[tuple[str, dict]] = []

    async def listen(client, request):
        heard.append((request.type, request.payload))
        payload = {"text": "受けました"} if request.type == "slash_commands" else None
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    web = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.base_url + "/slack-api/")
    client = SocketModeClient(app_token=settings.slack_app_token, web_client=web)
    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    try:
        written = await asyncio.to_thread(sim.write, "こんにちは")
        assert written["settled"] is True
        commanded = await asyncio.to_thread(sim.slash, "/soudan", "7K3M")
        assert commanded["body"] == {"text": "受けました"}
        assert [kind for kind, _ in heard] == ["events_api", "slash_commands"]
        assert heard[0][1]["event"]["text"] == "こんにちは"
        assert heard[1][1]["command"] == "/soudan"
    finally:
        await client.disconnect()
        await client.close()
