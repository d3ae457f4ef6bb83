"""What the door itself says, where no bot can answer: greeting, kinds of message that are not read, failures."""

from __future__ import annotations

WELCOME = (
    "您好，欢迎关注。我是智能客服，回答由人工智能生成，可以查电费、报停电、办业务。\n"
    "请直接说您要办的事；随时说“转人工”可以找到人工坐席。"
)
WELCOME_SERVICE = (
    "您好，我是智能客服，回答由人工智能生成，可以查电费、报停电、办业务。\n"
    "请直接说您要办的事；随时说“转人工”可以找到人工坐席。"
)
NO_RECOGNITION = "语音已收到，但这里还没有开通语音识别，我听不了。请用文字说一下，或者说“转人工”。"
NOT_HEARD = "这段语音没有听清，请再说一遍，或者用文字告诉我。"
SOUND_UNUSABLE = "这段语音打不开，我听不了。请重新录一段，或者用文字告诉我。"
PICTURE = "图片已收到，但我看不懂图片。请用文字说一下要办什么，或者说“转人工”。"
PICTURE_KEPT = "图片已收到并随会话保存。我看不懂图片，请用文字说一下要办什么，或者说“转人工”。"
PICTURE_LOST = "这张图片没有收到，可能已过期或打不开。请重新发一次，或者用文字说一下要办什么。"
OTHER_KIND = "这种消息我看不懂。请用文字说一下要办什么，或者说“转人工”。"
TOO_LONG = "这条消息太长了。请分成几条，或者简短地说一下要办什么。"
FAILED = "抱歉，系统刚才出了问题，您的消息没有处理成功。请再发一次；紧急情况请拨打供电服务热线95598。"
CHOICES = "您可以回复："
