// The texts of 会话 and 质检.
export const zhCN = {
  points: "{n} 分", turn: "第 {n} 轮", turns: "{n} 轮", at_second: "{n}″", no_place: "单位不明", yes: "是", no: "否", unknown: "不明",
  sources: { held: "机器人会话", desk: "坐席工作台", imported: "外部导入" } as Record<string, string>,
  agents: { bot: "机器人", human: "人工" } as Record<string, string>,
  channels: { phone: "电话", wechat: "微信", app: "网页/APP" } as Record<string, string>,
  states: { open: "未抽检", queued: "待复核", reviewed: "已复核", closed_by_rule: "规则结案" } as Record<string, string>,
  grades: { full: "达标", half: "部分", none: "不达标", na: "不适用" },
  list: {
    days: { today: "今天", week: "近 7 天", month: "近 30 天", quarter: "近 90 天", all: "全部时间" } as Record<string, string>, period: "时间", channel: "渠道", agent: "服务方", source: "来源", state: "状态", item: "扣分项", scope: "单位", intent: "业务", release: "版本",
    id: "会话编号", fatal: "仅致命项", min: "最低分", max: "最高分", order: "排序", newest: "最新在前", worst: "低分在前", filters: "更多筛选", fewer: "收起筛选", clear: "清空筛选", any: "不限", export: "导出 CSV", import: "导入会话", score: "立即评分",
    time: "时间", customer: "客户", who: "服务方", place: "单位", wanted: "业务", count: "轮数", final: "得分", deductions: "扣分项", select: "选择会话", chosen: "已选 {n} 个", calibrate: "发起校准",
    empty: "没有符合条件的会话", empty_hint: "换个时间范围或清空筛选再查。", none: "没有评过分的会话", none_hint: "点“立即评分”给存下的会话评分，或点“导入会话”把别处的人工会话拿来评分；已评过的，换个时间范围再看。", none_agent: "还没有您的会话被评分",
    none_agent_hint: "您结束的会话评分后会出现在这里，不认可的扣分项可以申诉。", failed: "列表没有取到", export_hint: "按当前筛选导出，最多 1 万行；客户已脱敏，不含对话内容，导出记入审计。",
  },
  view: {
    back: "返回列表", transcript: "对话", items: "评分", gone: "对话内容已按保存期限删除，只留评分。", no_score: "取不到这个会话", release: "版本 {v}", scored: "{at} 评分 · 方案 {rubric} · {model}", automatic: "机器分", reviewed: "复核分", final: "最终分", fatal: "致命项命中，总分为 0",
    heard: "理解为", confidence: "置信度 {n}", actions: "操作", cited: "依据", invalid: "已失效", level: "需 {need} 级，已核验 {held} 级", failed: "失败", jump: "跳到{turn}", listen: "从 {time} 开始听", others: "不适用 {n} 项", weight: "权重 {n}", fatal_item: "致命", closes: "规则可信，可自动结案",
    history: "复核记录", appeals: "申诉", reviewed_by: "{name} {at}：{before} → {after}", confirmed_by: "{name} {at} 确认其余各项", appeal: "申诉", sampled: "抽检原因", due: "复核时限 {at}", overdue: "已超时", done: "{at} 复核完成", reviewer: "复核人", nobody: "未分配", said: { customer: "客户", bot: "机器人", agent: "坐席", system: "系统" } as Record<string, string>,
    unheard: "（未播出）", no_evidence: "无具体轮次", player: "通话录音", left_right: "左声道客户，右声道客服", speed: "倍速", sound_lost: "录音放不出来，可能已按保存期限删除。", no_recording: "无录音", open: "打开完整页面", missing_turn: "对话里已找不到这一轮",
  },
  review: {
    title: "逐项复核", hint: "↑↓ 选评分项，1 达标 · 2 部分 · 3 不达标 · 0 不适用 · Backspace 撤回，E 看证据，Ctrl+Enter 提交，N 下一条", confirm: "全部确认", submit: "提交复核（改 {n} 项）", next: "下一条", reason: "改分原因", reason_hint: "写明依据，坐席会看到", comment: "总评（选填）", reason_needed: "第 {item} 项改了分，请写原因",
    changed: "{before} → {after}", undo: "撤回", done: "已提交复核", own: "这是您自己接待的会话，由别的班长复核。", start: "复核此会话", preview: "复核后约 {n} 分", keys: [["↑ / ↓", "选评分项"], ["1 / 2 / 3 / 0", "达标 / 部分 / 不达标 / 不适用"], ["Backspace", "撤回该项改动"], ["E", "跳到证据并播放"], ["空格", "播放 / 暂停录音"], ["Ctrl+Enter", "提交"], ["N / P", "下一条 / 上一条"]] as [string, string][],
    keys_title: "键盘快捷键",
  },
  appeal: { title: "对“{item}”申诉", hint: "每项只能申诉一次，须在期限内。班长先判定，再由另一人终判，终判后改分。", filed: "申诉已提交", reason: "申诉理由" },
  tabs: { queue: "今日待复核", appeals: "申诉", rubric: "方案 / 评分项", plan: "抽样", calibration: "校准", alerts: "告警", jobs: "任务" } as Record<string, string>,
  queue: {
    mine: "分给我的", all: "全部", open: "待复核", done: "已复核", count: "待复核 {open} 条，其中超时 {overdue} 条", reasons: { fatal: "致命项", low: "低分", random: "随机", appeal: "有申诉" } as Record<string, string>, assign: "转给", assigned: "已转给 {name}", empty: "没有待复核的会话", empty_done: "还没有复核过的会话",
    empty_hint: "评分后会按抽样方案抽出来分给班长；可以看看“全部”，或在“会话”页点“立即评分”。", pick: "从左侧选一条开始复核", pick_hint: "按 N 打开下一条。", left: "剩 {time}", late: "超时 {time}", load: "{name}（{n} 条待复核）",
  },
  appeals: {
    states: { filed: "待判定", judged: "待终判", closed: "已终判" } as Record<string, string>, all: "全部", overdue: "只看超时", item: "评分项", by: "申诉人", reason: "理由", filed: "提交", due: "时限", state: "状态", judge: "判定", close: "终判", open: "看会话", accept: "支持申诉", reject: "维持扣分", score: "改为",
    judge_title: "判定申诉", close_title: "终判申诉", close_hint: "终判后不可更改，得分立即按此重算。须由判定人以外的人终判。", judgement: "判定：{verdict}（{name} {at}）", final: "终判：{verdict}（{name} {at}）", done: "已判定", closed: "已终判，得分已更新", none: "还没有申诉", empty: "没有{state}的申诉", empty_hint: "坐席在自己的会话里对扣分项点“申诉”后会出现在这里。",
    empty_agent: "您还没有申诉", empty_agent_hint: "在“会话”里打开自己的会话，不认可的扣分项旁点“申诉”。", wait_other: "须由判定人以外的人终判",
  },
  rubric: { version: "方案版本 {v}", hint: "得分 = Σ 权重 × 得分 ÷ Σ 适用项权重 × 100；不适用的项不进分母；致命项不达标则总分为 0。方案在 data/qa 中维护，换版本后旧分保留当时的方案。", number: "项", name: "评分项", weight: "权重", fatal: "致命", who: "适用", channels: "渠道", precision: "准确率", reviews: "复核数", closes: "结案", all_channels: "全部渠道", by_rule: "规则结案", by_person: "人工复核", yes: "致命", none: "项目里没有评分方案（data/qa）", needed: "复核 {n} 次以上且准确率达 {share}，该项的判定才可免复核结案。" },
  plan: {
    edit: "修改方案", save: "保存", cancel: "取消", changed: "{name} {at} 修改", never: "默认方案，尚未修改过", reason: "修改抽样方案", saved: "抽样方案已生效", read_only: "只有数据范围为全网的班长可以修改。", draw: "抽什么", deadlines: "期限", alerts: "告警", trust: "免复核",
    fields: {
      fatal: ["致命项命中必抽", ""], below: ["低于此分必抽", "分"], random_share: ["其余随机抽取", "%"], appeals: ["有申诉必抽", ""], most_per_day: ["每天最多抽", "条"], review_days: ["复核期限", "天"], appeal_days: ["申诉期限（评分后）", "天"], judge_days: ["判定期限", "天"], final_days: ["终判期限", "天"], period_days: ["对比周期", "天"],
      drop_points: ["均分下降告警", "分"], least_conversations: ["两期至少会话数", "个"], mood_factor: ["情绪变差倍数", "倍"], precision: ["评分项准确率须达", "%"], precision_reviews: ["评分项至少复核", "次"],
    } as Record<string, [string, string]>,
  },
  calibration: {
    title: "校准", new: "发起校准", name: "名称", name_hint: "如：十一月第三周校准", conversations: "会话", pick_hint: "最多 50 个；从最近的会话里勾选，各位班长互不可见地打分。", progress: "{done}/{all} 个已双评", by: "{name} {at} 发起", people: "打分人", mine: "我的进度 {n}/{all}", score: "打分", see: "看结果", empty: "还没有校准", empty_hint: "选几个会话，让两位以上的班长各自打分，看看尺度是否一致。",
    agreement: "一致率", kappa: "Kappa", pairs: "评分对", item: "评分项", differences: "分歧", no_differences: "没有分歧", nothing_compared: "还没有可比较的打分", no_differences_hint: "两人以上都打过分的会话才比较；先打完自己的分才能看到别人的。", made: "校准已发起", saved: "已保存打分", blind: "盲评：不显示机器分和他人打分。", already: "您已给这个会话打过分", of: "第 {n}/{all} 个会话", back: "返回校准列表",
    save: "保存并看下一个", missing: "还有 {n} 项没有打分", all_done: "您已全部打完", weak: "一致率偏低，宜统一尺度", start: "开始打分", needed: "请填名称并至少选一个会话",
  },
  alerts: {
    kinds: { fatal: "致命项", drop: "均分下降", mood: "情绪变差" } as Record<string, string>, subjects: { conversation: "会话", agent: "坐席", intent: "业务", release: "版本", scope: "单位" } as Record<string, string>, open: "待处理", acknowledged: "已处理", all: "全部", told_fatal: "致命项命中，得分 {value}", told_drop: "均分 {value}，上期 {before}（{count} 个会话）",
    told_mood: "情绪变差 {value}，上期 {before}（{count} 个会话）", acknowledge: "处理", note: "处理说明", done: "已处理", empty: "没有告警", empty_hint: "评分时会检查致命项、均分下降和情绪变差，有情况会出现在这里。", at: "时间", kind: "类型", subject: "对象", what: "情况", state: "状态", by: "{name} {at}：{note}", see: "看会话", unknown: "不明",
  },
  jobs: {
    score: "评分", import: "导入", recording: "录音识别", states: { running: "进行中", done: "完成", failed: "失败", lost: "中断" } as Record<string, string>, title: "立即评分", hint: "给所选时间里还没评分的会话评分（机器人、坐席、导入的），评过的不重复。", from: "从", begin: "开始评分", begun: "评分已开始", running: "{kind}进行中：{done} 个会话", running_of: "{kind}进行中：{done}/{total} 个会话",
    running_seconds: "录音识别中：已听 {done} 秒", done: "{kind}完成：{done} 个会话，新告警 {alerts} 条，抽出 {drawn} 条待复核", done_seconds: "录音识别完成（{done} 秒），已评分", failed: "{kind}失败：{note}", lost: "{kind}中断，可以再来一次", notes: { server_stopped: "服务器重启", question_file_invalid: "文件里没有可识别的双声道通话", extra_missing: "没有语音识别模型" } as Record<string, string>,
    empty: "还没有任务", empty_hint: "评分、导入和录音识别的进度会在这里。", when: "开始", what: "任务", who: "发起人", result: "结果", machine: "接口",
  },
  bring: {
    title: "导入人工会话", file: "选择文件", kinds: "CSV（一行一句）、JSONL（一行一个会话），或双声道录音 WAV/MP3（一个文件一通电话）。", columns: "CSV 列：会话编号、角色、内容、时间（首句必填）；可有 渠道、坐席、单位、地区、开始秒、结束秒、满意度、24小时内再次来电。", check: "检查", begin: "导入并评分", found: "可导入 {n} 个会话", wrong: "{n} 处有问题，这些会话会略过",
    line: "第 {n} 行", whole: "文件", drop: "把文件拖到这里，或点“选择文件”", began: "通话开始时间", began_hint: "不填会按现在算，请尽量填准", agent: "坐席账号", agent_hint: "坐席的登录账号，本人可见自己的会话", scope: "单位", side: "客户在", left: "左声道", right: "右声道", began_needed: "请填通话开始时间", begun: "已开始导入", nothing: "没有可导入的会话", too_large: "文件太大：表格最多 20 MB，录音最多 200 MB", checking: "正在检查…",
    messages: [["Field required", "缺少此项"], ["Input should be", "取值不在允许范围内"], ["no JSON", "不是合法的 JSON"], ["first utterance needs a time", "首句缺少时间，如 2026-11-20 09:30:00"], ["is empty", "为空"], ["first row has no column", "首行缺少此列"], ["cannot be read", "文件读不出来，请用 UTF-8 编码"], ["same n", "两句的序号相同"], ["at most", "内容太长"], ["unknown place", "没有这个单位"], ["another place", "不属于您的数据范围"], ["String should", "长度不符合要求"], ["NUL", "含有非法字符"], ["datetime", "时间格式不对"]] as [string, string][], other: "内容不符合要求",
    heads: { id: "会话编号", n: "序号", role: "角色", text: "内容", at: "时间", channel: "渠道", agent: "服务方", agent_name: "坐席", scope: "单位", region: "地区", start_seconds: "开始秒", end_seconds: "结束秒", csat: "满意度", repeat_contact_24h: "24小时内再次来电" } as Record<string, string>,
  },
  errors: {
    no_recording: "没有录音，可能已按保存期限删除", file_kind: "只能导入 .csv、.jsonl、.wav 或 .mp3 文件", file_invalid: "文件内容不符合要求", body_too_large: "文件太大：表格最多 20 MB，录音最多 200 MB", no_recognition: "本服务器没有语音识别模型，不能导入录音", job_running: "已有任务在进行，请等它完成", no_rubric: "项目里没有评分方案（data/qa）", unknown_item: "没有这个评分项", appeal_closed: "该项申诉已终判，不能再改",
    own_conversation: "这是您自己接待的会话，须由别人处理", already_appealed: "该项已申诉过", too_late: "已过申诉期限", nothing_deducted: "该项没有扣分", not_filed: "该申诉不在待判定状态", not_judged: "该申诉还没有判定", same_judge: "终判须由判定人以外的人做", unknown_reviewer: "只能转给在岗的班长", forbidden_scope: "只有数据范围为全网的班长可以修改", already_scored: "您已给这个会话打过分", acknowledged: "该告警已有人处理", invalid_query: "查询条件不符合要求",
  } as Record<string, string>,
  actions: {
    "quality.read": "查看质检会话", "quality.listen": "听录音", "quality.export": "导出质检会话", "quality.review": "质检复核", "quality.appeal": "提交申诉", "quality.judge": "判定申诉", "quality.close": "终判申诉", "quality.assign": "转派复核", "quality.plan": "修改抽样方案", "quality.calibrate": "校准", "quality.acknowledge": "处理质检告警", "quality.import": "导入会话", "quality.score": "开始评分",
  } as Record<string, string>,
};

export const en: typeof zhCN = {
  points: "{n} points", turn: "turn {n}", turns: "{n} turns", at_second: "{n}″", no_place: "place unknown", yes: "yes", no: "no", unknown: "unknown",
  sources: { held: "Bot", desk: "Desk", imported: "Imported" },
  agents: { bot: "Bot", human: "Person" },
  channels: { phone: "Phone", wechat: "WeChat", app: "Web/app" },
  states: { open: "Not drawn", queued: "To review", reviewed: "Reviewed", closed_by_rule: "Closed by rule" },
  grades: { full: "Met", half: "Partly", none: "Not met", na: "Does not apply" },
  list: {
    days: { today: "Today", week: "Last 7 days", month: "Last 30 days", quarter: "Last 90 days", all: "All time" }, period: "Period", channel: "Channel", agent: "Held by", source: "Source", state: "State", item: "Deducted item", scope: "Place", intent: "Matter", release: "Release",
    id: "Conversation id", fatal: "Fatal only", min: "At least", max: "At most", order: "Order", newest: "Newest first", worst: "Worst first", filters: "More filters", fewer: "Fewer filters", clear: "Clear filters", any: "Any", export: "Export CSV", import: "Import", score: "Score now",
    time: "Time", customer: "Customer", who: "Held by", place: "Place", wanted: "Matters", count: "Turns", final: "Score", deductions: "Deductions", select: "Choose", chosen: "{n} chosen", calibrate: "Calibrate these",
    empty: "No conversation fits", empty_hint: "Choose another period or clear the filters.", none: "Nothing is scored here", none_hint: "“Score now” scores what is stored; “Import” brings people's conversations from elsewhere; for what was scored before choose another period.", none_agent: "None of your conversations has been scored yet",
    none_agent_hint: "Those that you end appear here once they are scored; you may appeal against deductions.", failed: "The list could not be read", export_hint: "Exports what the filters show, 10,000 rows at most; customers are masked, no words of theirs. The audit notes it.",
  },
  view: {
    back: "Back to the list", transcript: "Conversation", items: "Scores", gone: "The words are deleted after their time; the scores remain.", no_score: "This conversation could not be read", release: "release {v}", scored: "scored {at} · rubric {rubric} · {model}", automatic: "By rule", reviewed: "By review", final: "Final", fatal: "A fatal item failed: the total is 0",
    heard: "Understood", confidence: "confidence {n}", actions: "Done", cited: "Sources", invalid: "not in force", level: "needs level {need}, had {held}", failed: "failed", jump: "Go to {turn}", listen: "Listen from {time}", others: "{n} items do not apply", weight: "weight {n}", fatal_item: "fatal", closes: "Trusted: closes itself",
    history: "Reviews", appeals: "Appeals", reviewed_by: "{name} {at}: {before} → {after}", confirmed_by: "{name} {at} confirmed the rest", appeal: "Appeal", sampled: "Drawn for", due: "review by {at}", overdue: "overdue", done: "reviewed {at}", reviewer: "Reviewer", nobody: "nobody", said: { customer: "Customer", bot: "Bot", agent: "Agent", system: "System" },
    unheard: "(not played)", no_evidence: "no single turn", player: "Recording", left_right: "left the customer, right us", speed: "Speed", sound_lost: "The recording cannot be played; it may have been deleted after its time.", no_recording: "No recording", open: "Open the whole page", missing_turn: "This turn is not in the conversation any more",
  },
  review: {
    title: "Review item by item", hint: "↑↓ choose an item, 1 met · 2 partly · 3 not met · 0 does not apply · Backspace undoes, E evidence, Ctrl+Enter submits, N next", confirm: "Confirm all", submit: "Submit ({n} changed)", next: "Next", reason: "Why", reason_hint: "What it rests on; the agent will read it", comment: "Comment (optional)", reason_needed: "Item {item} was changed: say why",
    changed: "{before} → {after}", undo: "Undo", done: "Review submitted", own: "You held this conversation yourself: another supervisor reviews it.", start: "Review this conversation", preview: "about {n} points after review", keys: [["↑ / ↓", "choose an item"], ["1 / 2 / 3 / 0", "met / partly / not met / does not apply"], ["Backspace", "undo the item"], ["E", "go to the evidence and play it"], ["Space", "play / pause"], ["Ctrl+Enter", "submit"], ["N / P", "next / previous"]],
    keys_title: "Keys",
  },
  appeal: { title: "Appeal against “{item}”", hint: "Once per item, in time. A supervisor judges, another person judges finally, then the score changes.", filed: "Appeal filed", reason: "Why" },
  tabs: { queue: "To review", appeals: "Appeals", rubric: "Rubric", plan: "Sampling", calibration: "Calibration", alerts: "Alerts", jobs: "Work" },
  queue: {
    mine: "Mine", all: "All", open: "To review", done: "Reviewed", count: "{open} to review, {overdue} overdue", reasons: { fatal: "fatal", low: "low score", random: "random", appeal: "appeal" }, assign: "Give to", assigned: "Given to {name}", empty: "Nothing to review", empty_done: "Nothing reviewed yet",
    empty_hint: "After scoring, the plan draws conversations and deals them out. Look at “All”, or score now in Conversations.", pick: "Choose one at the left", pick_hint: "N opens the next one.", left: "{time} left", late: "{time} late", load: "{name} ({n} open)",
  },
  appeals: {
    states: { filed: "To judge", judged: "To close", closed: "Closed" }, all: "All", overdue: "Overdue only", item: "Item", by: "Filed by", reason: "Why", filed: "Filed", due: "Due", state: "State", judge: "Judge", close: "Close", open: "Open", accept: "Accept", reject: "Reject", score: "New score",
    judge_title: "Judge the appeal", close_title: "Judge finally", close_hint: "Final: the score changes now. Somebody else than the judge.", judgement: "Judged: {verdict} ({name} {at})", final: "Final: {verdict} ({name} {at})", done: "Judged", closed: "Closed, the score is counted anew", none: "No appeals yet", empty: "No appeals: {state}", empty_hint: "They appear when an agent appeals against a deduction in a conversation of his.",
    empty_agent: "You have not appealed", empty_agent_hint: "Open one of your conversations and choose “Appeal” beside a deduction.", wait_other: "somebody else than the judge closes it",
  },
  rubric: { version: "Version {v}", hint: "Score = Σ weight × score ÷ Σ weight of what applies × 100; a fatal item that failed makes it 0. The rubric is kept in data/qa; old scores keep their version.", number: "No.", name: "Item", weight: "Weight", fatal: "Fatal", who: "For", channels: "Channels", precision: "Precision", reviews: "Reviews", closes: "Closing", all_channels: "all", by_rule: "by rule", by_person: "by people", yes: "fatal", none: "The project has no rubric (data/qa)", needed: "An item closes itself once {n} reviews have confirmed {share} of its findings." },
  plan: {
    edit: "Change", save: "Save", cancel: "Cancel", changed: "changed by {name} {at}", never: "the default, never changed", reason: "Change the sampling plan", saved: "The plan counts from now on", read_only: "Only a supervisor of everything may change it.", draw: "What is drawn", deadlines: "Deadlines", alerts: "Alerts", trust: "Trust",
    fields: {
      fatal: ["All with a fatal item", ""], below: ["All below", "points"], random_share: ["Share of the others", "%"], appeals: ["All with an appeal", ""], most_per_day: ["At most a day", ""], review_days: ["Review within", "days"], appeal_days: ["Appeal within (after scoring)", "days"], judge_days: ["Judge within", "days"], final_days: ["Close within", "days"], period_days: ["Period compared", "days"],
      drop_points: ["Alert at a fall of", "points"], least_conversations: ["With at least", "conversations"], mood_factor: ["Mood worse by a factor of", ""], precision: ["Precision of an item", "%"], precision_reviews: ["After reviews", ""],
    },
  },
  calibration: {
    title: "Calibration", new: "New round", name: "Name", name_hint: "e.g. third week of November", conversations: "Conversations", pick_hint: "At most 50, of the latest; everybody scores without seeing the others.", progress: "{done}/{all} scored twice", by: "by {name} {at}", people: "Scored by", mine: "mine {n}/{all}", score: "Score", see: "Results", empty: "No calibration yet", empty_hint: "Choose some conversations and let two supervisors or more score them.",
    agreement: "Agreement", kappa: "Kappa", pairs: "Pairs", item: "Item", differences: "Differences", no_differences: "No differences", nothing_compared: "Nothing to compare yet", no_differences_hint: "Only what two have scored is compared; you see others' scores after your own.", made: "Round begun", saved: "Scores kept", blind: "Blind: neither the checkers' nor others' scores are shown.", already: "You have scored this one", of: "conversation {n} of {all}", back: "Back to the rounds",
    save: "Save and go on", missing: "{n} items have no score", all_done: "You have scored all", weak: "low agreement: talk about the standard", start: "Begin", needed: "Give it a name and at least one conversation",
  },
  alerts: {
    kinds: { fatal: "Fatal item", drop: "Score fell", mood: "Mood" }, subjects: { conversation: "Conversation", agent: "Agent", intent: "Matter", release: "Release", scope: "Place" }, open: "Open", acknowledged: "Done", all: "All", told_fatal: "a fatal item failed, {value} points", told_drop: "mean {value}, before {before} ({count} conversations)",
    told_mood: "left upset {value}, before {before} ({count} conversations)", acknowledge: "Take care", note: "What was done", done: "Done", empty: "No alerts", empty_hint: "Scoring looks for fatal items, falling scores and moods; what it finds appears here.", at: "Time", kind: "Kind", subject: "About", what: "What", state: "State", by: "{name} {at}: {note}", see: "Open", unknown: "unknown",
  },
  jobs: {
    score: "Scoring", import: "Import", recording: "Recognition", states: { running: "running", done: "done", failed: "failed", lost: "lost" }, title: "Score now", hint: "Scores what is not scored yet in these days: the bot's, the desk's, imported.", from: "From", begin: "Begin", begun: "Scoring has begun", running: "{kind}: {done} conversations", running_of: "{kind}: {done} of {total} conversations",
    running_seconds: "Recognition: {done} seconds heard", done: "{kind} done: {done} conversations, {alerts} new alerts, {drawn} drawn for review", done_seconds: "Recognition done ({done} s), scored", failed: "{kind} failed: {note}", lost: "{kind} was lost; begin it again", notes: { server_stopped: "the server was restarted", question_file_invalid: "no two-channel call in the file", extra_missing: "no recognition model" },
    empty: "No work yet", empty_hint: "Scoring, imports and recognition show their progress here.", when: "Begun", what: "Work", who: "By", result: "Result", machine: "a machine",
  },
  bring: {
    title: "Import people's conversations", file: "Choose a file", kinds: "CSV (one utterance a row), JSONL (one conversation a line), or a two-channel recording WAV/MP3 (one call a file).", columns: "CSV columns: id, role, text, at (in the first row); also channel, agent_name, scope, region, start_seconds, end_seconds, csat, repeat_contact_24h.", check: "Check", begin: "Import and score", found: "{n} conversations can be imported", wrong: "{n} mistakes; those conversations are left out",
    line: "line {n}", whole: "file", drop: "Drop a file here, or choose one", began: "The call began", began_hint: "now, where it is left empty", agent: "Agent's account", agent_hint: "log-in name: the agent sees his own", scope: "Place", side: "The customer is", left: "left", right: "right", began_needed: "Say when the call began", begun: "Import has begun", nothing: "Nothing to import", too_large: "Too large: tables 20 MB, recordings 200 MB at most", checking: "Checking…",
    messages: [], other: "does not fit", heads: {},
  },
  errors: {
    no_recording: "There is no recording, it may have been deleted after its time", file_kind: "A .csv, .jsonl, .wav or .mp3 file", file_invalid: "The file does not fit", body_too_large: "Too large: tables 20 MB, recordings 200 MB at most", no_recognition: "This server has no speech recognition", job_running: "Other work is running; wait for it", no_rubric: "The project has no rubric (data/qa)", unknown_item: "There is no such item", appeal_closed: "The appeal is closed: the item stays",
    own_conversation: "You held this conversation yourself", already_appealed: "There is an appeal against it already", too_late: "The time for appeals is over", nothing_deducted: "Nothing was deducted", not_filed: "It is not to be judged now", not_judged: "It is not judged yet", same_judge: "Somebody else than the judge closes it", unknown_reviewer: "Only an active supervisor reviews", forbidden_scope: "Only a supervisor of everything may change it", already_scored: "You have scored this one", acknowledged: "Somebody has taken care of it", invalid_query: "The query does not fit",
  },
  actions: {
    "quality.read": "Conversation read", "quality.listen": "Recording heard", "quality.export": "Conversations exported", "quality.review": "Reviewed", "quality.appeal": "Appeal filed", "quality.judge": "Appeal judged", "quality.close": "Appeal closed", "quality.assign": "Review assigned", "quality.plan": "Sampling plan changed", "quality.calibrate": "Calibration", "quality.acknowledge": "Alert acknowledged", "quality.import": "Conversations imported", "quality.score": "Scoring begun",
  },
};
