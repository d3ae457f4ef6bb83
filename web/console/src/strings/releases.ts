// The texts of 训练与发布.
export const zhCN = {
  tabs: { list: "版本", history: "操作记录", training: "训练" } as Record<string, string>,
  states: { draft: "草稿", rejected: "未过门槛", shadow: "影子中", canary: "灰度中", stable: "正式", retired: "已下线", rolled_back: "已退回" } as Record<string, string>,
  base: "项目目录（base）",
  serving: {
    title: "现在由谁答复", stable: "正式版本", former: "上一个正式版本", candidate: "候选版本", since: "{at} 起", nobody: "没有候选版本在试用", nobody_hint: "在下面的列表里选一个草稿，先放进影子，再按 5 → 25 → 50 → 100% 灰度。",
    shadow: "影子：只听不答", canary: "灰度：答复 {percent}% 的客户", workers: "各进程装载情况", worker: "进程", revision: "跟到第 {n} 次变更", behind: "尚未跟上", memory: "{n} MB", candidate_loaded: "候选已装好", candidate_missing: "候选未装", loading: "装载中",
    stages: "灰度比例", no_worker: "没有正在运行的服务进程", no_worker_hint: "用 gridtalk run 启动服务后，这里会显示各进程装载的版本。",
  },
  acts: { shadow: "放进影子", canary: "灰度 {percent}%", stop: "停止试用", promote: "转为正式", rollback: "退回", rollback_canary: "退回候选", rollback_stable: "退回上一版", rollback_to: "退回到此版本", open: "查看" } as Record<string, string>,
  asks: {
    shadow: "{id} 将在后台听客户说的话并与正式版本比较，不答复任何客户，不办理任何业务。", canary: "{percent}% 的客户将由 {id} 答复（按客户固定，同一客户始终是同一版本）。指标变差、出现异常或装不上时会自动退回。",
    stop: "{id} 不再试用，回到草稿；客户全部由正式版本答复。", promote: "{id} 将答复全部客户，{stable} 下线备用，可随时一键退回。", rollback_canary: "{id} 立即停止答复客户，全部由 {stable} 答复。",
    rollback_stable: "模型、索引、知识文件和流程一起退回到 {to}，几秒内在所有进程生效。", with_knowledge: "在线编辑过的知识也恢复到 {id} 开始灰度之前的状态", unmeasured: "这个版本没有经过门槛评测。",
  } as Record<string, string>,
  done: { shadow: "已放进影子", canary: "已开始灰度 {percent}%", stop: "已停止试用", promote: "已转为正式", rollback: "已退回到 {stable}", rollback_knowledge: "已退回到 {stable}，知识恢复为第 {n} 版", rollback_problem: "版本已退回；知识没有恢复：{problem}", acknowledged: "已确认" } as Record<string, string>,
  figures: {
    title: "候选与正式版本对照", window: "最近 {minutes} 分钟，随对话更新", turns: "正式 {stable} 轮 · 候选 {candidate} 轮", name: "指标", stable: "正式版本", candidate: "候选版本", limit: "限度", state: "判断", fine: "正常", waits: "轮次不足", breached: "超过限度", none: "—",
    names: { exceptions: "异常（次）", not_understood: "没听懂", failed_actions: "办理失败", handoffs: "转人工", one_intent: "最常见意图占比", p95_ms: "一轮耗时 95 分位（毫秒）" } as Record<string, string>,
    hint: "任何一项“超过限度”时候选自动退回。轮次不足 {least} 轮时不作判断。",
  },
  alerts: { title: "告警", acknowledge: "确认", ask: "写明如何处理", kinds: { breach: "指标变差", exception: "抛出异常", load: "装不上" } as Record<string, string> },
  list: { state: "状态", id: "版本", note: "说明", month: "学习月份", made: "制作", gates: "门槛", passed: "通过", failed: "未通过", unmeasured: "未评测", empty: "还没有{state}版本", empty_hint: "每月训练通过后会自动生成一个草稿；也可以在“训练”里开始一次，或运行 gridtalk release make。" },
  detail: {
    back: "返回列表", facts: "版本信息", parent: "基于", data_version: "数据版本", knowledge: "知识版本", size: "大小", files: "{n} 个文件 · {mb} MB", made_by: "制作人", made_at: "制作时间", month: "学习月份", changed: "最近变更", note: "说明",
    gates: "门槛评测", verdict_passed: "全部通过", verdict_failed: "{n} 项未通过，不能发布", no_gates: "没有评测结果", no_gates_hint: "手工制作的版本没有门槛评测。请先放进影子观察，再从 5% 开始灰度。", gate: "项目", champion: "现行", candidate: "候选", limit: "允许", result: "结果", pass: "通过", fail: "未过",
    interval: "准确率之差", interval_text: "候选比现行 {difference} 个百分点，95% 区间 {low} 到 {high}", sets: "评测集：{sets}", champion_of: "现行版本：{id}", measured_at: "评测于 {at}",
    flips: "翻转的句子", fixed: "改对了 {n}", broken: "改错了 {n}", sentence: "句子", wanted: "应为", before: "现行判为", after: "候选判为", no_flips: "没有翻转的句子", no_flips_hint: "两个版本在评测集上的判断一致。", hidden: "（盲测集，句子不显示）",
    shadow: "影子中的差异", heard: "听了 {seen} 句，漏听 {dropped} 句；意图不同 {intent} 句，知识不同 {article} 句，出错 {failed} 句", kinds: { intent: "意图", article: "知识", failed: "出错" } as Record<string, string>, kind: "差异", at: "时间", stable: "正式版本", shadowed: "候选版本", no_shadow: "还没有影子对照", no_shadow_hint: "放进影子后，两个版本理解不同的句子（已遮去个人信息）会列在这里。", scoped: "句子只对数据范围为全网的人显示。", not_understood: "未听懂", nothing_found: "没有找到", needs_region: "先问地区：{topic}",
    history: "操作记录",
  },
  moves: { at: "时间", by: "操作人", release: "版本", change: "变更", reason: "原因", empty: "还没有操作记录", empty_hint: "影子、灰度、转正和退回都会记在这里。", watch: "自动监控", project: "随程序", export: "导出 CSV", made: "新建" },
  training: {
    begin: "开始训练", month: "学习月份", month_hint: "从这个月的对话学习", empty: "还没有训练过", empty_hint: "每月会按计划自动训练一次；也可以现在开始。训练合格的候选会成为草稿版本。", ask: "用 {month} 的对话研究、取标注、训练候选并过门槛。需要较长时间，进度会显示在这里。", started: "已开始训练",
    step: "进度", steps: { queued: "排队", study: "研究对话", data: "整理数据", train: "训练", measure: "评测", release: "生成版本", done: "完成" } as Record<string, string>, states: { queued: "排队中", running: "进行中", done: "已完成", failed: "失败" } as Record<string, string>,
    verdict: "结论", verdicts: { passed: "通过，已生成草稿", rejected: "未过门槛", none: "没有候选" } as Record<string, string>, triggers: { person: "人工", schedule: "按计划" } as Record<string, string>, by: "发起", asked: "开始时间", release: "版本", unavailable: "当前服务没有开放训练",
  },
  errors: {
    unknown_release: "没有这个版本", gates_failed: "这个版本没有通过门槛，不能试用或发布", candidate_busy: "已有另一个候选在试用，请先停止它", wrong_state: "这个版本现在不能这样操作，请刷新后再看", nothing_to_roll_back: "没有可以退回的版本", invalid_reason: "请写明原因",
    outside_scope: "版本影响全网客户，只有数据范围为全网的人可以操作", unknown_alert: "没有这条告警", training_running: "已有一次训练在进行", month_unreadable: "这个月份不能用来训练",
  } as Record<string, string>,
  actions: {
    "release.shadow": "版本放进影子", "release.canary": "版本灰度", "release.stop": "版本停止试用", "release.promote": "版本转为正式", "release.rollback": "版本退回", "release.alert": "确认版本告警", "release.shadow.read": "查看影子对照",
  } as Record<string, string>,
  gates: {
    macro_f1: "宏平均 F1", unknown_recall: "超出范围的识别", false_alarms: "误判为超出范围", knowledge_right: "知识答对", knowledge_refused: "该拒答的拒答", knowledge_hit_at_1: "知识首条命中", knowledge_hit_at_3: "知识前三命中", conversations: "整段对话通过", milliseconds_p50: "一句耗时（毫秒）", megabytes: "模型大小（MB）", recall: "{intent} 的召回",
  } as Record<string, string>,
};

export const en: typeof zhCN = {
  tabs: { list: "Releases", history: "History", training: "Training" },
  states: { draft: "Draft", rejected: "Failed its gates", shadow: "Shadow", canary: "Canary", stable: "Stable", retired: "Retired", rolled_back: "Rolled back" },
  base: "Project folder (base)",
  serving: {
    title: "Who answers now", stable: "Stable release", former: "Stable before", candidate: "Candidate", since: "since {at}", nobody: "No candidate is on trial", nobody_hint: "Choose a draft from the list: shadow first, then a canary of 5 → 25 → 50 → 100 %.",
    shadow: "Shadow: listens, answers nobody", canary: "Canary: answers {percent} % of the customers", workers: "What each worker has loaded", worker: "Worker", revision: "at change {n}", behind: "behind", memory: "{n} MB", candidate_loaded: "candidate loaded", candidate_missing: "candidate not loaded", loading: "loading",
    stages: "Share of the customers", no_worker: "No worker is running", no_worker_hint: "Start the service with gridtalk run; what each worker has loaded is shown here.",
  },
  acts: { shadow: "Shadow", canary: "Canary {percent} %", stop: "Stop trial", promote: "Promote", rollback: "Roll back", rollback_canary: "Roll the candidate back", rollback_stable: "Back to the release before", rollback_to: "Go back to this one", open: "Open" },
  asks: {
    shadow: "{id} hears what customers say and is compared with the stable release. It answers nobody and does nothing.", canary: "{id} will answer {percent} % of the customers (always the same ones). It goes back by itself when figures get worse, on an exception, or when it cannot be loaded.",
    stop: "{id} becomes a draft again; the stable release answers everybody.", promote: "{id} will answer all customers; {stable} is kept ready to go back to.", rollback_canary: "{id} stops answering at once; {stable} answers everybody.",
    rollback_stable: "Model, index, knowledge files and flows go back to {to} as one, in all workers within seconds.", with_knowledge: "Articles edited here go back, too, to what they were before the canary of {id}", unmeasured: "This release was not measured.",
  },
  done: { shadow: "In the shadow", canary: "Canary of {percent} % begun", stop: "Trial stopped", promote: "Promoted", rollback: "Back to {stable}", rollback_knowledge: "Back to {stable}, articles restored as revision {n}", rollback_problem: "The release has gone back; the articles have not: {problem}", acknowledged: "Acknowledged" },
  figures: {
    title: "Candidate against stable", window: "last {minutes} minutes, live", turns: "stable {stable} turns · candidate {candidate} turns", name: "Figure", stable: "Stable", candidate: "Candidate", limit: "Limit", state: "Verdict", fine: "fine", waits: "too few turns", breached: "above limit", none: "—",
    names: { exceptions: "Exceptions", not_understood: "Not understood", failed_actions: "Failed actions", handoffs: "Handed over", one_intent: "Commonest intent", p95_ms: "Turn, 95th percentile (ms)" },
    hint: "The candidate goes back by itself as soon as one figure is above its limit. Below {least} turns nothing is judged.",
  },
  alerts: { title: "Alerts", acknowledge: "Acknowledge", ask: "Say what is done about it", kinds: { breach: "worse figures", exception: "exception", load: "not loadable" } },
  list: { state: "State", id: "Release", note: "Note", month: "Learnt month", made: "Made", gates: "Gates", passed: "passed", failed: "failed", unmeasured: "not measured", empty: "No {state} release yet", empty_hint: "The monthly training makes a draft when its gates pass; you can begin one under Training, or run gridtalk release make." },
  detail: {
    back: "Back to the list", facts: "Facts", parent: "Made from", data_version: "Data version", knowledge: "Knowledge revision", size: "Size", files: "{n} files · {mb} MB", made_by: "Made by", made_at: "Made at", month: "Learnt month", changed: "Last change", note: "Note",
    gates: "Gates", verdict_passed: "All passed", verdict_failed: "{n} failed: cannot be released", no_gates: "Not measured", no_gates_hint: "A release made by hand has no gates. Try it in the shadow first, then from 5 %.", gate: "Gate", champion: "Champion", candidate: "Candidate", limit: "Allowed", result: "Result", pass: "pass", fail: "fail",
    interval: "Difference of accuracy", interval_text: "candidate {difference} percentage points against the champion, 95 % interval {low} to {high}", sets: "Sets: {sets}", champion_of: "Champion: {id}", measured_at: "measured {at}",
    flips: "Flipped sentences", fixed: "{n} fixed", broken: "{n} broken", sentence: "Sentence", wanted: "Wanted", before: "Champion said", after: "Candidate says", no_flips: "No flipped sentence", no_flips_hint: "Both releases agree on the sets.", hidden: "(blind set, not shown)",
    shadow: "Differences in the shadow", heard: "heard {seen}, missed {dropped}; other intent {intent}, other article {article}, failed {failed}", kinds: { intent: "Intent", article: "Article", failed: "Failed" }, kind: "Difference", at: "At", stable: "Stable", shadowed: "Candidate", no_shadow: "Nothing heard yet", no_shadow_hint: "In the shadow, sentences (masked) that both understand differently are listed here.", scoped: "Sentences are shown to those who work for everywhere.", not_understood: "not understood", nothing_found: "nothing found", needs_region: "asks the region: {topic}",
    history: "History",
  },
  moves: { at: "At", by: "By", release: "Release", change: "Change", reason: "Reason", empty: "Nothing was done yet", empty_hint: "Shadow, canary, promotion and going back are noted here.", watch: "automatic watch", project: "shipped", export: "Export CSV", made: "made" },
  training: {
    begin: "Begin a training", month: "Month", month_hint: "whose conversations are learnt from", empty: "No training yet", empty_hint: "There is one a month by schedule; you can begin one now. A candidate that passes its gates becomes a draft.", ask: "Studies the conversations of {month}, takes the labels, trains a candidate and measures it. It takes a while; progress is shown here.", started: "Training begun",
    step: "Progress", steps: { queued: "queued", study: "study", data: "data", train: "training", measure: "measuring", release: "release", done: "done" }, states: { queued: "queued", running: "running", done: "done", failed: "failed" },
    verdict: "Verdict", verdicts: { passed: "passed, draft made", rejected: "gates failed", none: "no candidate" }, triggers: { person: "by hand", schedule: "by schedule" }, by: "Begun by", asked: "Begun", release: "Release", unavailable: "This service has no training",
  },
  errors: {
    unknown_release: "There is no such release", gates_failed: "This release failed its gates", candidate_busy: "Another candidate is on trial: stop it first", wrong_state: "Not possible in this state: refresh and look again", nothing_to_roll_back: "There is nothing to go back to", invalid_reason: "Say why",
    outside_scope: "A release answers customers everywhere: only those who work for everywhere may change it", unknown_alert: "There is no such alert", training_running: "A training is running", month_unreadable: "This month cannot be learnt from",
  },
  actions: {
    "release.shadow": "Release into the shadow", "release.canary": "Release into a canary", "release.stop": "Trial stopped", "release.promote": "Release promoted", "release.rollback": "Release rolled back", "release.alert": "Release alert acknowledged", "release.shadow.read": "Shadow looked at",
  },
  gates: {
    macro_f1: "Macro F1", unknown_recall: "Unknown recognised", false_alarms: "False alarms", knowledge_right: "Knowledge right", knowledge_refused: "Knowledge refused", knowledge_hit_at_1: "Knowledge hit@1", knowledge_hit_at_3: "Knowledge hit@3", conversations: "Conversations passed", milliseconds_p50: "A sentence (ms)", megabytes: "Model size (MB)", recall: "Recall of {intent}",
  },
};
