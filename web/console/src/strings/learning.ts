// The texts of 未知问题 and 标注.
export const zhCN = {
  actions: {
    "learning.study": "研究一个月的会话", "learning.read": "查看未知问题与标注句", "learning.topic": "处理未知问题", "learning.queue": "领取待标句子", "learning.label": "标注", "learning.undo": "撤销标注", "learning.settle": "裁定分歧", "learning.train": "开始训练",
  } as Record<string, string>,
  errors: {
    study_running: "已有一个研究在进行，请等它结束", month_unreadable: "月份格式不对，如 2026-10", month_to_come: "这个月还没到", topic_decided: "这个问题已经处理过，请先重新打开", topic_open: "这个问题还没有处理过", already_labelled: "您已标过这句",
    not_open: "这句已有定论", not_labelled: "您没有标过这句", settled: "这句已被裁定，不能撤销", not_disputed: "这句没有分歧", no_intent: "请选 1 到 3 个不同的意图", bad_span: "标记的范围不对", unknown_intent: "没有这个意图", unknown_entity: "没有这个实体",
    interrupted: "研究中断（服务重启），请重新开始", study_failed: "研究失败，请看服务日志", extra_missing: "服务器未安装训练组件（pip install 'gridtalk[train]'）", encoder_missing: "没有配置编码器，无法聚类", label_settings_invalid: "data/retrain/labels.yml 有误",
  } as Record<string, string>,
  reasons: { fallback: "没听懂", low_confidence: "把握小", small_margin: "两可", unanswered: "没有答案", handoff: "转了人工", repeat_24h: "24小时内又来问", heard_badly: "语音没听清", thumbs_down: "客户差评", quality: "质检扣分", novel: "没见过的问法" } as Record<string, string>,
  suggestions: { intent: "像已有意图，补训练句", article: "像已有文章，补相似问法", new_article: "没有答案，写新文章" } as Record<string, string>,
  states: { open: "待处理", article: "已写文章", sentences: "已作训练句", ignored: "已忽略" } as Record<string, string>,
  study: {
    title: "本月研究", month: "月份", begin: "研究这个月", begin_again: "重新研究", running: "{by}正在研究 {month}", stages: { "": "正在启动", reading: "读取会话", knowing: "对照已有知识", ranking: "排先后", grouping: "聚成问题", keeping: "保存结果" } as Record<string, string>,
    done: "{month} 研究完成：{messages} 句没做好的话，{questions} 种问法，{topics} 组未知问题（新出现 {new}）", failed: "{month} 的研究没有完成：{why}", never: "还没有研究过任何月份", never_hint: "选一个月，点“研究这个月”：系统会找出没听懂、没答好的话，聚成未知问题，并排好标注队列。",
    never_hint_other: "训练师研究一个月的会话后，未知问题会出现在这里。", last: "最近：{at} {by}", causes: "没做好的原因",
  },
  topics: {
    every_month: "全部月份", state: "状态", suggestion: "建议", any: "不限", order: "排序", by_volume: "问得最多", by_newest: "最近出现", volume: "{n} 次", since: "{month} 起", fresh: "本月新出现", comes_back: "处理后又有人问", wordings: "客户原话（已脱敏）", more: "另有 {n} 种问法", all_wordings: "全部 {n} 种问法",
    trend: "每月次数", trend_text: "{list}", proposal: "建议", nearest: "最近的已知问法", alike: "相近 {n}%", write: "写成文章", extend: "补到文章", train: "作训练句", ignore: "忽略", reopen: "重新打开", label: "逐句标注", decided: "{by} {at} {state}", reason: "原因：{reason}",
    empty: "没有{state}的未知问题", empty_hint: "换个月份或状态再看，或研究一个新的月份。", ignored: "已忽略", reopened: "已重新打开", ignore_title: "忽略这个问题", ignore_hint: "以后每月仍会计数；处理后又有人问会提示。", reopen_title: "重新打开", fold: "收起",
  },
  article: {
    title: "写成文章草稿", extend_title: "补到已有文章", question: "标准问题", similar: "相似问题（每行一条）", answer: "答案（可留空，到“知识”里再写）", save: "存为草稿", done: "草稿已建：{id}", added: "已补 {n} 条相似问法，生成新版本草稿", hint: "草稿须在“知识”里补全并经另一人审批后才对客户生效。", to: "补到《{title}》", nothing: "至少留一条问法", place: "草稿默认全网适用；地区在“知识”里改。",
  },
  sentences: { title: "作为训练句", intent: "意图", chosen: "已选 {n} 句", pick: "请选择意图", save: "作为训练句", done: "{n} 句已进入训练数据，由您署名", hint: "选中的句子立即算作已标注，下次训练时使用。只选意思确实相同的句子。", all: "全选", masked: "〔〕里的内容训练时会换成虚构的号码、姓名。" },
  tabs: { work: "标注", disputes: "分歧", agreement: "一致性", sentences: "已定句子" } as Record<string, string>,
  work: {
    heard_as: "机器人理解为", unsure: "把握 {n}%", proposals: "这句话想办什么", from_bot: "模型 {n}%", from_near: "近似句", right: "正确", out: "与供电无关", search: "搜索意图", skip: "跳过", undo: "撤销", also: "另有：{list}", also_hint: "Shift+数字可加选第二个意图",
    entities: "实体", mark: "标记实体", mark_hint: "用鼠标划选，或按 E 后用 ← → 移动、Shift+→ 选中、回车选类型、退格删除。", no_entities: "没有标记", remove: "删除 {name}", pick_entity: "选中的“{words}”是", of_month: "{month}", said: "说过 {n} 次", left: "待标 {n} 句", today: "今天 {n} 句", pace: "每小时 {n} 句", no_pace: "—",
    done: "已标", total: "累计", queue: "队列", people: "大家的进度", person: "姓名", labels: "句数", per_hour: "每小时", empty: "没有待标的句子了", empty_hint: "都标完了，或剩下的正由别人标。研究一个新的月份会带来新的句子。", never: "还没有要标的句子", never_hint: "先到“未知问题”选一个月、点“研究这个月”：没听懂、没答好的话会排进这里的队列。", to_topics: "去未知问题", month: "月份", every_month: "全部月份", blind: "{share}% 的句子由两个人互不知情地各标一次。", skipped: "已跳过", labelled: "{intent}", last: "上一句：{what}",
    keys: [["1 … 9", "选建议的意图，直接下一句"], ["空格", "机器人理解得对"], ["X", "与供电无关"], ["/", "搜索全部意图"], ["S", "跳过"], ["U", "撤销上一句"], ["E", "标记实体"], ["Shift+1 … 9", "加选意图（一句两件事）"]] as [string, string][], keys_title: "键盘快捷键", clear: "清除加选",
    search_title: "全部意图", search_hint: "输入名称、例句或英文名", none: "没有匹配的意图", kinds: { service: "办事", knowledge: "知识", dialogue: "对话" } as Record<string, string>,
  },
  disputes: { empty: "没有分歧", empty_hint: "两个人标得不一样，或多人跳过的句子会在这里等您裁定。", said: "{by}", skipped: "跳过", take: "采用", other: "选别的意图", drop: "不用这句", settled: "已裁定，还剩 {n} 句", dropped: "这句不用了，还剩 {n} 句", no_entities: "未标实体" },
  agreement: {
    overall: "总体", both: "共同标注", agreement: "一致率", kappa: "Kappa", pair: "标注人", intent: "意图", pairs: "每两个人", intents: "每个意图", empty: "还没有两个人都标过的句子", empty_hint: "双人盲标的句子由两个人各标一次后，这里显示一致性。", low: "低于 {floor}，请先统一口径", fine: "达标（≥ {floor}）", hint: "Kappa 去掉了碰巧一致的部分（Cohen 1960）；“—”表示只用过一个意图，无法计算。", none: "—",
  },
  settled: { text: "句子", intents: "意图", by: "署名", source: "来自", at: "时间", sources: { labels: "标注", topic: "未知问题", settled: "裁定" } as Record<string, string>, intent: "按意图筛选", empty: "还没有定下来的句子", empty_hint: "标注、裁定或从未知问题作训练句后，句子会出现在这里，下次训练时使用。" },
};
export type LearningStrings = typeof zhCN;

export const en: LearningStrings = {
  actions: {
    "learning.study": "Study a month", "learning.read": "Read topics and sentences", "learning.topic": "Decide a topic", "learning.queue": "Take sentences to label", "learning.label": "Label", "learning.undo": "Undo a label", "learning.settle": "Settle a dispute", "learning.train": "Begin a training",
  },
  errors: {
    study_running: "A study is running already: wait for it", month_unreadable: "Write the month like 2026-10", month_to_come: "This month has not begun", topic_decided: "This topic was decided already: reopen it first", topic_open: "This topic is open", already_labelled: "You have labelled this sentence",
    not_open: "This sentence is settled", not_labelled: "You have not labelled this sentence", settled: "Settled meanwhile: it cannot be undone", not_disputed: "Nobody differs about this sentence", no_intent: "Choose one to three different intents", bad_span: "The marked range is wrong", unknown_intent: "No such intent", unknown_entity: "No such entity",
    interrupted: "The study was interrupted: begin again", study_failed: "The study failed: see the server's log", extra_missing: "The server lacks the training extra (pip install 'gridtalk[train]')", encoder_missing: "No encoder is configured", label_settings_invalid: "data/retrain/labels.yml is wrong",
  },
  reasons: { fallback: "Not understood", low_confidence: "Unsure", small_margin: "Between two", unanswered: "No answer", handoff: "Handed over", repeat_24h: "Asked again in 24 h", heard_badly: "Heard badly", thumbs_down: "Rated badly", quality: "Quality deduction", novel: "New to the bot" },
  suggestions: { intent: "Like a known intent: train it", article: "Like a known article: add wordings", new_article: "No answer: write an article" },
  states: { open: "Open", article: "Article begun", sentences: "Trained", ignored: "Ignored" },
  study: {
    title: "The month's study", month: "Month", begin: "Study this month", begin_again: "Study again", running: "{by} studies {month}", stages: { "": "Starting", reading: "Reading conversations", knowing: "Comparing with what is known", ranking: "Ranking", grouping: "Grouping", keeping: "Saving" },
    done: "{month} studied: {messages} weak messages, {questions} wordings, {topics} topics ({new} new)", failed: "The study of {month} failed: {why}", never: "No month was studied yet", never_hint: "Choose a month and study it: what was not understood or answered becomes topics and a labelling queue.",
    never_hint_other: "Topics appear here once a trainer has studied a month.", last: "Last: {at} {by}", causes: "Causes",
  },
  topics: {
    every_month: "All months", state: "State", suggestion: "Proposal", any: "Any", order: "Order", by_volume: "Most asked", by_newest: "Newest", volume: "{n} times", since: "since {month}", fresh: "New this month", comes_back: "Asked again since", wordings: "Customers' words (masked)", more: "{n} more wordings", all_wordings: "All {n} wordings",
    trend: "Times a month", trend_text: "{list}", proposal: "Proposal", nearest: "Nearest known wording", alike: "{n}% alike", write: "Write an article", extend: "Add to article", train: "Train on it", ignore: "Ignore", reopen: "Reopen", label: "Label one by one", decided: "{by} {at} {state}", reason: "Reason: {reason}",
    empty: "No topics: {state}", empty_hint: "Choose another month or state, or study a new month.", ignored: "Ignored", reopened: "Reopened", ignore_title: "Ignore this topic", ignore_hint: "It is still counted each month.", reopen_title: "Reopen", fold: "Fold",
  },
  article: {
    title: "Draft an article", extend_title: "Add to an article", question: "Question", similar: "Similar questions (one a line)", answer: "Answer (may be left for later)", save: "Save draft", done: "Draft made: {id}", added: "{n} wordings added as a new draft version", hint: "A draft answers customers only after another person has approved it.", to: "Add to “{title}”", nothing: "Keep one wording at least", place: "The draft is for everywhere; change that under Knowledge.",
  },
  sentences: { title: "Train on these", intent: "Intent", chosen: "{n} chosen", pick: "Choose an intent", save: "Train on these", done: "{n} sentences accepted in your name", hint: "Chosen sentences count as labelled at once. Choose only what means the same.", all: "All", masked: "What stands in 〔〕 is filled with invented values for training." },
  tabs: { work: "Label", disputes: "Disputes", agreement: "Agreement", sentences: "Settled" },
  work: {
    heard_as: "The bot understood", unsure: "{n}% sure", proposals: "What is wanted", from_bot: "model {n}%", from_near: "nearby", right: "Right", out: "Not ours", search: "Search intents", skip: "Skip", undo: "Undo", also: "Also: {list}", also_hint: "Shift+digit adds a second intent",
    entities: "Entities", mark: "Mark entities", mark_hint: "Select with the mouse, or press E, move with ← →, select with Shift+→, Enter to name it, Backspace to remove.", no_entities: "None marked", remove: "Remove {name}", pick_entity: "“{words}” is", of_month: "{month}", said: "said {n} times", left: "{n} to label", today: "{n} today", pace: "{n} an hour", no_pace: "—",
    done: "Done", total: "In all", queue: "Queue", people: "Everybody", person: "Name", labels: "Labels", per_hour: "Per hour", empty: "Nothing to label", empty_hint: "All done, or others have the rest. A new study brings new sentences.", never: "No sentences to label yet", never_hint: "Study a month under Unknown topics first: what was not understood or answered is queued here.", to_topics: "To the topics", month: "Month", every_month: "All months", blind: "{share}% are labelled by two people, blind to each other.", skipped: "Skipped", labelled: "{intent}", last: "Last: {what}",
    keys: [["1 … 9", "Choose an intent, next sentence"], ["Space", "The bot was right"], ["X", "Not ours"], ["/", "Search all intents"], ["S", "Skip"], ["U", "Undo the last one"], ["E", "Mark entities"], ["Shift+1 … 9", "Add an intent"]], keys_title: "Keys", clear: "Clear",
    search_title: "All intents", search_hint: "Name, example or code", none: "No such intent", kinds: { service: "Service", knowledge: "Knowledge", dialogue: "Dialogue" },
  },
  disputes: { empty: "No disputes", empty_hint: "Sentences that two people label differently wait for you here.", said: "{by}", skipped: "skipped", take: "Take", other: "Another intent", drop: "Drop it", settled: "Settled, {n} left", dropped: "Dropped, {n} left", no_entities: "no entities" },
  agreement: {
    overall: "Overall", both: "Both labelled", agreement: "Agreement", kappa: "Kappa", pair: "People", intent: "Intent", pairs: "By pair", intents: "By intent", empty: "No sentence was labelled by two people yet", empty_hint: "Agreement shows here once two people have labelled the same sentences.", low: "Below {floor}: talk about the lines first", fine: "Good (≥ {floor})", hint: "Kappa leaves out agreement by chance (Cohen 1960); “—”: only one intent was used.", none: "—",
  },
  settled: { text: "Sentence", intents: "Intent", by: "By", source: "From", at: "When", sources: { labels: "labels", topic: "topic", settled: "settled" }, intent: "Filter by intent", empty: "Nothing is settled yet", empty_hint: "Sentences appear here once they are labelled; the next training uses them." },
};
