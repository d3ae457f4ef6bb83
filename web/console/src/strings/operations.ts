// The texts of 看板, 通知, 工单, 系统状态 and 个人信息.
export const zhCN = {
  board: {
    range: "统计时间", ranges: { today: "今天", yesterday: "昨天", week: "近 7 天", month: "近 30 天", quarter: "近 90 天" } as Record<string, string>, scope: "单位", all_scopes: "我的全部单位", export: "导出 Excel", exported: "已导出，记入审计", updated: "{at} 的数据，每分钟更新",
    conversations: "会话量", contained: "机器人独立完成", handed_over: "转人工率", handed: "转人工", resolved_24h: "24 小时解决率", resolved_7d: "7 天解决率", came_again_7d: "7 天内再来", csat: "满意度", rated: "{n} 人评价", quality: "质检均分", fatal: "致命项 {n}", unanswered: "答不上",
    not_understood: "没听懂", failures: "操作失败", speed: "应答时长 P95", half: "一半在 {time} 内", callbacks: "回呼履约率", tickets: "工单按时率", kept: "{kept}/{due} 按时", wait: "人工平均等待", handling: "平均处理", before: "上期 {value}", messages: "消息",
    per_day: "每天的会话与转人工", shares: "每天的独立完成率与解决率", reasons: "转人工原因", by: "分类对比", divisions: { channel: "按渠道", region: "按单位", intent: "按业务", release: "按版本", day: "按日期" } as Record<string, string>, part: "分类", none: "无",
    quality_by: "质检分", quality_divisions: { agent: "按坐席与机器人", channel: "按渠道", intent: "按业务", release: "按版本", scope: "按单位", day: "按日期" } as Record<string, string>, mean: "均分", deductions: "扣分最多的评分项", lost: "平均扣 {n} 分", count: "{n} 次",
    failed: "失败的操作", unknown_place: "单位不明", bot: "机器人", empty: "这段时间没有会话", empty_hint: "换一段时间，或选更大的单位范围。客户开始咨询后，这里每分钟更新。", chart_day: "{day}：{n} 个会话，转人工 {m}", seconds: "{n} 秒", millis: "{n} 毫秒", speed_whole: "全网，不分单位",
    no_quality: "还没有质检评分", no_quality_hint: "在“会话”页点“立即评分”，或运行 gridtalk qa score。",
  },
  notices: {
    bell: "通知，{n} 条未读", bell_none: "通知，没有未读", all: "查看全部", mark_all: "全部标为已读", read: "标为已读", open: "前往处理", only_unread: "只看未读", kind: "类别", any: "全部类别", done: "已全部标为已读",
    kinds: {
      quality: "质检告警", appeal: "申诉", review: "复核", release: "版本", knowledge: "知识", callback: "回呼", job: "任务", outbox: "消息投递", tariff: "电价", system: "系统", privacy: "个人信息", ticket: "工单",
    } as Record<string, string>,
    empty: "没有通知", empty_hint: "质检告警、超期的申诉与复核、到期知识、版本变化、超时回呼和失败的任务会出现在这里。", empty_unread: "没有未读通知", empty_unread_hint: "都处理过了。",
  },
  tickets: {
    views: { open: "未办结", overdue: "已超期", closed: "已办结", all: "全部" } as Record<string, string>, search: "工单号、户号或内容", kind: "类别", any_kind: "全部类别", status: "状态", any_status: "全部状态", scope: "单位", any_scope: "全部单位", days: "近 {n} 天", period: "受理时间",
    no: "工单号", summary: "内容", created: "受理", due: "时限", left: "剩 {time}", late: "超期 {time}", closed: "{at} 办结", no_limit: "无时限", urgent: "加急", urged: "催办 {n} 次", account: "户号", phone: "联系电话", person: "联系人", address: "地址", details: "补充信息", steps: "办理过程",
    export: "导出 Excel", exported: "已导出，记入审计", show: "详情", cut: "工单太多，只显示最新的一万张；请缩短受理时间。", place: "单位", no_place: "单位不明", closed_late: "超期办结", masked: "客户信息已脱敏，查看记入审计。",
    empty: "没有{view}工单", empty_hint: "机器人和坐席为客户建立的工单会出现在这里，超期的排在最前。", tickets_not_listed: "后端系统没有开放工单列表", not_listed_hint: "请在后端实现 GET /tickets（见 docs/backends.md），或直接在后端系统里查询。",
  },
  health: {
    tabs: { health: "运行状态", keys: "密钥", retention: "保存期限" } as Record<string, string>, states: { good: "正常", watch: "需关注", bad: "异常" } as Record<string, string>, whole: "整体", updated: "每 15 秒更新", workers: "工作进程", worker: "进程", release: "版本", since: "已运行", seen: "最近心跳", memory: "内存", lag: "循环延迟", gone: "已失联",
    parts: { database: "数据库", disk: "磁盘", outbox: "消息发送", inbox: "消息接收", desk: "坐席台", back_ends: "后端系统", upkeep: "后台任务", workers: "工作进程" } as Record<string, string>, answered: "{n} 毫秒应答", free: "剩余 {free} / {total}", letters: "待发 {pending}，死信 {dead}", messages: "待处理 {n}", waiting: "排队 {waiting}，进行中 {open}，回呼 {callbacks}",
    circuits: "断路器 {state}", own: "使用自有数据表", failing: "失败：{names}", fine: "无失败", alive: "{n} 个在线", last_sweep: "上次到期清理 {at}", never: "从未", away: "不应答", circuit: { closed: "闭合（正常）", open: "断开（停止访问）", "half-open": "半开（试探中）" } as Record<string, string>,
    key: "密钥指纹", made: "生成时间", age: "已用", seals: "当前加密用", opens: "仅解密", origin: { file: "文件 secret.key", environment: "环境变量 GRIDTALK_SECRET" } as Record<string, string>, rotate: "轮换密钥", rotate_hint: "生成新密钥，今后的数据用它加密；旧数据仍能读取。随后请执行“重新加密”。请同时备份 secret.key。", rotated: "已轮换，新密钥指纹 {name}",
    reseal: "重新加密", reseal_hint: "在后台用新密钥重新加密所有已存数据，期间服务照常。", reseal_states: { idle: "未运行", running: "进行中", done: "已完成", failed: "失败，可再次执行" } as Record<string, string>, reseal_told: "{state}：查看 {seen} 条，更新 {renewed} 条", tokens: "接口令牌 GRIDTALK_TOKEN", token: "令牌指纹", first_seen: "首次使用",
    tokens_hint: "轮换：在环境变量中写“新令牌,旧令牌”并重启，调用方全部换用新令牌后再去掉旧的。这里只显示指纹，不显示令牌。", no_tokens: "没有设置令牌", keys_hint: "密钥只显示指纹，不显示内容。查找用的哈希和审计链始终使用第一把密钥，请勿删除。",
    kinds: { conversations: "会话与坐席记录", recordings: "通话录音", transcripts: "通话文字与导入会话", uploads: "客户图片与语音", quality: "质检评分与申诉", notices: "通知", audit: "操作审计" } as Record<string, string>, kind: "数据", days: "保存天数", least: "不少于 {n} 天", for_ever: "不删除", basis: "依据", certainty: "可信度",
    edit_hint: "期限在 data/retention.yml 中修改，重启后生效。每天 3 点后自动清理一次。", sweep: "立即清理", sweep_hint: "立即永久删除所有超过保存期限的数据，不可恢复。", swept: "清理完成，删除 {n} 条", runs: "清理记录", at: "时间", by: "执行", itself: "自动", deleted: "删除", nothing: "无到期数据", problem: "失败：{name}", no_runs: "还没有清理过", no_runs_hint: "服务运行到明天 3 点后会自动清理，也可以点“立即清理”。",
  },
  privacy: {
    add: "登记请求", kind: "请求", kinds: { export: "查阅复制", delete: "删除" } as Record<string, string>, subject_kind: "按什么查找", subject_kinds: { account: "户号", phone: "电话号码", sender: "会话编号" } as Record<string, string>, subject: "号码", note: "来源与身份核验", note_hint: "本人如何提出、如何核验身份（至少 4 个字）", due: "答复期限", due_hint: "15 个工作日为行业惯例，未见明确条文；未计法定节假日，请以本单位规定为准。",
    states: { open: "处理中", done: "已完成", refused: "已拒绝" } as Record<string, string>, all: "全部", received: "登记", by: "登记人", searches: { running: "查找中 {n}%", found: "找到 {n} 个会话", failed: "查找中断" } as Record<string, string>, again: "重新查找", open: "处理", late: "超期 {time}", left: "剩 {time}", title: "个人信息请求 {id}",
    conversation: "会话", channel: "渠道", first: "首次", last: "最近", turns: "轮数", calls: "通话文件", uploads: "图片语音", desk: "人工服务", none: "没有找到会话", none_hint: "核对号码后重新查找；客户没有说过这个号码时，请用会话编号查找。", export: "导出给本人（ZIP）", exported: "已导出，请通过安全渠道交给本人", erase: "永久删除", anonymise: "匿名化",
    erase_hint: "将永久删除所选 {n} 个会话的对话、人工服务、录音、图片、评价和质检记录，不可恢复。", anonymise_hint: "所选 {n} 个会话去除个人信息后仅保留统计，录音、图片和人工服务记录删除，不可恢复。", erased: "已处理，共 {n} 条", kept: "依法或依约保留", close: "结束请求", refuse: "拒绝请求", closed: "请求已结束", result: "处理结果", result_told: "{mode} {conversations} 个会话，{rows} 条记录",
    modes: { delete: "删除", anonymise: "匿名化" } as Record<string, string>, choose: "请勾选本人的会话：号码也可能由他人提到。", empty: "没有{state}请求", empty_hint: "客户要求查阅、复制或删除个人信息时，点“登记请求”。", invalid: "请填写完整", closed_by: "{name} 于 {at} 结束：{reason}", of: "的",
  },
};

export const en: typeof zhCN = {
  board: {
    range: "Period", ranges: { today: "Today", yesterday: "Yesterday", week: "7 days", month: "30 days", quarter: "90 days" }, scope: "Place", all_scopes: "All my places", export: "Export Excel", exported: "Exported; noted in the audit", updated: "As of {at}, renewed every minute",
    conversations: "Conversations", contained: "Contained by the bot", handed_over: "Handed over", handed: "Handed over", resolved_24h: "Resolved, 24 h", resolved_7d: "Resolved, 7 days", came_again_7d: "Came again, 7 days", csat: "Satisfaction", rated: "{n} ratings", quality: "Quality mean", fatal: "{n} fatal", unanswered: "Unanswered",
    not_understood: "Not understood", failures: "Failed actions", speed: "Answer time P95", half: "half within {time}", callbacks: "Call-backs kept", tickets: "Tickets in time", kept: "{kept}/{due} in time", wait: "Mean wait for a person", handling: "mean handling", before: "before {value}", messages: "Messages",
    per_day: "Conversations and handoffs by day", shares: "Containment and resolution by day", reasons: "Reasons of handoff", by: "Comparison", divisions: { channel: "By channel", region: "By place", intent: "By service", release: "By release", day: "By day" }, part: "Part", none: "none",
    quality_by: "Quality", quality_divisions: { agent: "By agent and bot", channel: "By channel", intent: "By service", release: "By release", scope: "By place", day: "By day" }, mean: "Mean", deductions: "Items that cost most", lost: "{n} points each", count: "{n} times",
    failed: "Failed actions", unknown_place: "Unknown place", bot: "Bot", empty: "No conversations in this period", empty_hint: "Choose another period or a larger place. Figures are renewed every minute.", chart_day: "{day}: {n} conversations, {m} handed over", seconds: "{n} s", millis: "{n} ms", speed_whole: "whole installation",
    no_quality: "Nothing is scored yet", no_quality_hint: "Press “Score now” on the page Conversations, or run gridtalk qa score.",
  },
  notices: {
    bell: "Notices, {n} unread", bell_none: "Notices, none unread", all: "Show all", mark_all: "Mark all as read", read: "Mark as read", open: "Go there", only_unread: "Unread only", kind: "Kind", any: "All kinds", done: "All marked as read",
    kinds: {
      quality: "Quality", appeal: "Appeal", review: "Review", release: "Release", knowledge: "Knowledge", callback: "Call-back", job: "Job", outbox: "Delivery", tariff: "Tariffs", system: "System", privacy: "Personal data", ticket: "Ticket",
    },
    empty: "No notices", empty_hint: "Quality alerts, overdue appeals and reviews, expiring articles, releases, late call-backs and failed jobs appear here.", empty_unread: "Nothing unread", empty_unread_hint: "All done.",
  },
  tickets: {
    views: { open: "Open", overdue: "Overdue", closed: "Closed", all: "All" }, search: "Number, account or words", kind: "Kind", any_kind: "All kinds", status: "Status", any_status: "All states", scope: "Place", any_scope: "All places", days: "{n} days", period: "Opened",
    no: "Number", summary: "What", created: "Opened", due: "Time limit", left: "{time} left", late: "{time} late", closed: "closed {at}", no_limit: "no limit", urgent: "Urgent", urged: "urged {n} times", account: "Account", phone: "Phone", person: "Person", address: "Address", details: "More", steps: "Steps",
    export: "Export", exported: "Exported; noted in the audit", show: "Details", cut: "Too many tickets: the newest ten thousand are shown; choose a shorter period.", place: "Place", no_place: "Unknown place", closed_late: "closed late", masked: "Personal details are masked; looking is noted in the audit.",
    empty: "No {view} tickets", empty_hint: "Tickets that the bot and agents open appear here, overdue ones first.", tickets_not_listed: "The back end does not list tickets", not_listed_hint: "Serve GET /tickets there (docs/backends.md), or look in the back end itself.",
  },
  health: {
    tabs: { health: "Health", keys: "Keys", retention: "Retention" }, states: { good: "Good", watch: "Look at it", bad: "Bad" }, whole: "Whole", updated: "every 15 seconds", workers: "Workers", worker: "Worker", release: "Release", since: "Running for", seen: "Last seen", memory: "Memory", lag: "Loop lag", gone: "gone",
    parts: { database: "Database", disk: "Disk", outbox: "Sending", inbox: "Receiving", desk: "Desk", back_ends: "Back ends", upkeep: "Upkeep", workers: "Workers" }, answered: "answered in {n} ms", free: "{free} of {total} free", letters: "{pending} waiting, {dead} dead", messages: "{n} to be worked on", waiting: "{waiting} waiting, {open} open, {callbacks} call-backs",
    circuits: "circuit breaker {state}", own: "own tables", failing: "failing: {names}", fine: "nothing fails", alive: "{n} alive", last_sweep: "last sweep {at}", never: "never", away: "does not answer", circuit: { closed: "closed (good)", open: "open (left alone)", "half-open": "half-open (trying)" },
    key: "Fingerprint", made: "Made", age: "Age", seals: "seals now", opens: "opens only", origin: { file: "file secret.key", environment: "environment GRIDTALK_SECRET" }, rotate: "Rotate the key", rotate_hint: "Makes a new key that seals from now on; what is there can still be read. Seal anew afterwards, and back up secret.key.", rotated: "Rotated; the new key is {name}",
    reseal: "Seal anew", reseal_hint: "Seals everything that is stored with the newest key, in the background.", reseal_states: { idle: "Not running", running: "Running", done: "Done", failed: "Failed; begin again" }, reseal_told: "{state}: {seen} seen, {renewed} renewed", tokens: "Machine token GRIDTALK_TOKEN", token: "Fingerprint", first_seen: "First seen",
    tokens_hint: "To rotate: write “new,old” into the environment and restart; take the old one out when every caller has the new one. Fingerprints only.", no_tokens: "No token is set", keys_hint: "Keys are shown by fingerprint. Look-ups and the audit chain stay with the first key: do not delete it.",
    kinds: { conversations: "Conversations and desk", recordings: "Recordings", transcripts: "Call records and imports", uploads: "Pictures and voice", quality: "Quality scores and appeals", notices: "Notices", audit: "Audit" }, kind: "Data", days: "Days", least: "at least {n}", for_ever: "kept", basis: "Basis", certainty: "Certainty",
    edit_hint: "Terms are in data/retention.yml and count after a restart. What is over its term is deleted once a day after three o’clock.", sweep: "Sweep now", sweep_hint: "Deletes everything over its term for good.", swept: "Swept, {n} deleted", runs: "Sweeps", at: "When", by: "By", itself: "by itself", deleted: "Deleted", nothing: "nothing was over", problem: "failed: {name}", no_runs: "Nothing was swept yet", no_runs_hint: "It sweeps by itself after three o’clock at night, or press “Sweep now”.",
  },
  privacy: {
    add: "Enter a request", kind: "Request", kinds: { export: "Copy", delete: "Delete" }, subject_kind: "Look by", subject_kinds: { account: "Account number", phone: "Phone number", sender: "Conversation" }, subject: "Number", note: "How asked and checked", note_hint: "How the person asked and how the identity was checked", due: "Due", due_hint: "15 working days are a custom; no rule that was read names them, and public holidays are not counted.",
    states: { open: "Open", done: "Done", refused: "Refused" }, all: "All", received: "Entered", by: "By", searches: { running: "searching, {n}%", found: "{n} conversations", failed: "search stopped" }, again: "Search again", open: "Work on it", late: "{time} late", left: "{time} left", title: "Request {id}",
    conversation: "Conversation", channel: "Channel", first: "First", last: "Last", turns: "Turns", calls: "Call files", uploads: "Pictures, voice", desk: "Desk", none: "No conversation was found", none_hint: "Check the number and search again, or look by conversation.", export: "Export for the person (ZIP)", exported: "Exported; hand it over safely", erase: "Delete for good", anonymise: "Anonymise",
    erase_hint: "Deletes conversations, desk records, recordings, pictures, ratings and scores of {n} conversations for good.", anonymise_hint: "Takes the person out of {n} conversations; recordings, pictures and desk records are deleted.", erased: "Done, {n} rows", kept: "Kept by law or contract", close: "Close", refuse: "Refuse", closed: "The request is closed", result: "Result", result_told: "{mode}: {conversations} conversations, {rows} rows",
    modes: { delete: "Deleted", anonymise: "Anonymised" }, choose: "Choose the person’s conversations: others may have named the number, too.", empty: "No {state} requests", empty_hint: "When a customer asks for his data, press “Enter a request”.", invalid: "Fill in everything", closed_by: "Closed by {name}, {at}: {reason}", of: "",
  },
};
