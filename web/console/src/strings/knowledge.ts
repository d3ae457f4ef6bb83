// Articles: 知识.
export const zhCN = {
  errors: {
    own_article: "起草或修改过的人不能发布，请另一位审批人操作", blocked: "有必须先解决的问题，不能发布", invalid_article: "内容还不完整或有错误，请按提示修改", id_taken: "这个编号已被使用", import_errors: "有出错的行，未写入任何内容", import_invalid: "文件读不出来，请用模板重新整理", unchanged: "没有改动", body_too_large: "文件太大（上限 5 MB）",
  } as Record<string, string>,
  actions: {
    "knowledge.create": "新建知识", "knowledge.change": "修改知识", "knowledge.submit": "提交知识审批", "knowledge.withdraw": "撤回知识审批", "knowledge.discard": "作废知识草稿", "knowledge.publish": "发布知识", "knowledge.refuse": "退回知识", "knowledge.archive": "下线知识",
    "knowledge.rollback": "回滚知识", "knowledge.restore": "整体恢复知识", "knowledge.import": "导入知识", "knowledge.export": "导出知识", "knowledge.hit_test": "知识命中测试", "knowledge.synonyms": "修改同义词", "knowledge.synonyms_try": "试用同义词",
  } as Record<string, string>,
  tabs: { articles: "知识条目", conflicts: "冲突与重复", reminders: "到期提醒", revisions: "发布历史", synonyms: "同义词" } as Record<string, string>,
  state: { draft: "草稿", review: "待审批", published: "已发布", archived: "已下线" } as Record<string, string>,
  list: {
    search: "问题、相似问、答案或编号", state: "状态", region: "地区", everywhere: "全国通用", all_regions: "全部地区", category: "分类", all_categories: "全部分类", customers: "客户类别", all_customers: "全部客户", mark: "标记", all_marks: "不限标记", expiring: "30 天内到期", unsure: "来源未核实", unchecked: "一年未核对", mine: "我在改的",
    order: "排序", by_change: "最近改动", by_id: "编号", by_expiry: "最先到期", add: "新建知识", import: "导入", export: "导出", export_xlsx: "Excel（可改后再导入）", export_yaml: "YAML（可放进 data/knowledge）", question: "标准问题", similar: "相似问", validity: "有效期", changed: "更新", from_file: "随程序", new_version: "有新版待处理",
    expired: "已过期", expires: "{n} 天后到期", not_yet: "未生效", unsure_tag: "未核实", referral: "转人工说明", empty: "没有符合条件的知识", empty_hint: "清空筛选再查，或点“新建知识”“导入”。", publish_many: "发布选中的 {n} 条", publish_many_hint: "逐条检查，有提示的须确认后才会发布；不能发布的会列出原因。", many_done: "已发布 {n} 条", many_refused: "{n} 条未发布",
  },
  form: {
    new: "新建知识", edit: "编辑", question: "标准问题", similar: "相似问题（每行一个）", similar_hint: "客户的各种问法，8 条以上效果最好", similar_count: "{n} 条", duplicates: "重复：{list}", answer: "答案（微信、网页、APP）", voice: "电话答案（朗读用）", voice_hint: "留空则由答案自动截取；写完整的口语短句，不用括号和链接", characters: "{n}/{most} 字", over: "超出 {n} 字",
    seconds: "约 {n} 秒", topic: "主题", topic_hint: "同一问题按地区、客户分别作答时用同一主题", category: "分类（大类/小类）", regions: "适用地区", regions_hint: "不选表示全国通用", customers: "客户类别", document: "来源文件", certainty: "可信度", checked: "核对日期", valid_from: "生效日期", valid_to: "有效期至（选填）", referral: "只说明去哪里办（转人工说明）",
    card: "图文卡片（选填）", card_title: "卡片标题", card_description: "卡片说明", card_url: "链接", card_picture: "图片地址", note: "本次修改说明（给审批人）", id: "编号（选填，小写字母、数字、-）", save: "保存草稿", saved: "草稿已保存", preview: "效果预览", chat: "聊天里", phone: "电话里", phone_from_answer: "（由答案自动截取，可在左侧改写）", needed: "请填写标准问题", customer: "客户",
  },
  view: {
    back: "返回列表", edit: "编辑", submit: "提交审批", withdraw: "撤回修改", discard: "作废草稿", refuse: "退回", publish: "发布…", archive: "下线", content: "内容", compare: "修改对比", checks: "发布检查", test: "命中测试", versions: "版本与经过", own: "您起草或修改过此版本，须由另一位审批人发布。", waits: "待审批人核对后发布。", live: "线上版本 {n}", no_live: "客户尚看不到", working: "版本 {n}（{state}）", refused: "{by} 退回：{reason}",
    submitted: "已提交审批", withdrawn: "已撤回，可以继续修改", discarded: "已作废", refused_done: "已退回起草人", archived: "已下线，客户不再得到这条答案", published: "已发布，各渠道数秒内启用", rolled_back: "已回滚", discard_hint: "草稿内容将被丢弃。", refuse_hint: "退回后起草人可以看到原因并继续修改。", archive_hint: "下线后客户不再得到这条答案，可以从版本里恢复。", roll_back: "恢复此版本", roll_back_hint: "版本 {n} 的内容将作为新版本立即上线。",
    show: "查看", siblings: "同主题的其他答案", shown: "正在看版本 {n}", author: "起草", published_by: "发布", note: "说明", at: "时间", by: "操作人", act: "操作", reason: "原因", invalid: "还不完整：",
    version_state: { draft: "草稿", review: "待审批", published: "线上", replaced: "已被替换", archived: "已下线", discarded: "已作废" } as Record<string, string>,
    origin: { file: "随程序", console: "后台编写", import: "导入", rollback: "回滚", topic: "未知问题" } as Record<string, string>,
    acts: { publish: "发布", archive: "下线", rollback: "回滚", restore: "整体恢复", unarchive: "重新上线" } as Record<string, string>,
  },
  fields: {
    topic: "主题", question: "标准问题", similar: "相似问题", answer: "答案", voice: "电话答案", "card.title": "卡片标题", "card.description": "卡片说明", "card.url": "卡片链接", "card.picture": "卡片图片", category: "分类", regions: "适用地区", customer_class: "客户类别", "source.document": "来源文件", "source.certainty": "可信度", "source.checked": "核对日期",
    valid_from: "生效日期", valid_to: "有效期至", referral: "转人工说明", card: "卡片", source: "来源",
  } as Record<string, string>,
  diff: { from: "线上版本 {n}", from_nothing: "（新知识）", to: "版本 {n}", none: "与线上版本没有差别", none_hint: "修改后会在这里逐项对照。", before: "原", after: "新", nothing: "（空）", yes: "是", no: "否", everywhere: "全国通用" },
  checks: {
    none: "检查通过，没有需要确认的事项。", title: "发布前请逐项确认", block: "必须先解决", info: "提示", loading: "正在检查…", confirm: "确认发布", publish_title: "发布《{question}》", own_wording: "本条：{own}", other_wording: "《{question}》：{other}",
    codes: {
      rival: "同主题、同地区、同客户已有另一条答案", invalid: "内容不完整", same_wording: "同一问法已在另一条知识里", similar_question: "问法与另一条知识几乎相同", region_gap: "这些地区没有答案", missing_voice: "没有电话答案，将由答案自动截取", long_voice: "电话答案太长，听不完", validity_passed: "有效期已过", not_yet_valid: "尚未到生效日期", source_unchecked: "来源很久没有核对",
      source_unsure: "来源未核实", promise_words: "有承诺性字眼", few_similar: "相似问题太少，客户换个说法可能答不上", base_changed: "程序自带的文件有更新的版本",
    } as Record<string, string>,
  },
  test: {
    hint: "用客户的话试一试：发布前后分别会得到哪条答案。本条自己的问法在隐去一半的索引上测试，邻近知识的问法须仍答对。", questions: "客户会怎么问（每行一个，最多 50 个）", region: "客户所在地区", any: "未知", run: "开始测试", running: "正在测试…", asked: "输入的问法", own: "本条的问法", near: "邻近知识的问法", before: "发布前", after: "发布后", hit: "命中", miss: "未命中", sum: "{n} 句：发布前命中 {before}，发布后命中 {after}", near_sum: "{n} 句邻近问法：仍答对 {kept} 句",
    lost: "被抢走的问法", answered: "《{question}》", suggested: "给出候选", region_needed: "先问地区", nothing: "答不上", question: "问法", first: "输入几句客户的问法，点“开始测试”。",
  },
  import: {
    title: "导入知识", choose: "选择文件", types: "支持 Excel（.xlsx）、Word（.docx）、CSV，最多 2000 行、5 MB。先检查，确认后才写入，写入后是草稿。", template: "下载模板", row: "行", action: "处理", actions: { create: "新建", change: "修改", unchanged: "无变化", error: "有错误" } as Record<string, string>, errors: "问题", changes: "改动",
    counts: "新建 {create} · 修改 {change} · 无变化 {unchanged} · 有错误 {error}", only_errors: "只看有错误的行", skip: "跳过有错误的行，导入其余", submit: "导入后直接提交审批", confirm: "确认导入", done: "已写入 {n} 条草稿", none: "没有可以导入的行", checking: "正在检查…", again: "换个文件",
  },
  conflicts: {
    kinds: { duplicate: "问法重复", near: "问法相近", conflict: "数字不一致", rival: "重复作答", file_newer: "文件更新" } as Record<string, string>, empty: "没有发现冲突或重复", empty_hint: "每次改动后会重新检查全库。", similarity: "相似度 {n}%", figures: "答案里的数字", open: "打开", all: "全部",
  },
  synonyms: {
    hint: "客户的说法与知识里的词对应起来，如“滞纳金”就是“违约金”。整份一起修改、审批、发布，数秒内生效。", word: "标准词", others: "同义说法（、分隔）", live: "现行", draft: "草稿", add: "添加一行", search: "查词", save: "保存草稿", changed: "已改 {n} 行", saved: "草稿已保存", none: "没有符合的词", none_hint: "换个词再查，或点“添加一行”。", whole_only: "同义词由全网的知识编辑修改。",
    test: "试一试：客户的问法（每行一个）", run: "开始测试", affected: "{n} 条含改动词的问法：仍答对 {kept} 条", published: "已发布，数秒内生效",
  },
  reminders: {
    kinds: { expired: "已过期", expires: "即将到期", source_old: "来源久未核对", starts: "即将生效" } as Record<string, string>, days: "提前 {n} 天", due: "日期", left: "剩 {n} 天", passed: "已过 {n} 天", empty: "近期没有要处理的知识", empty_hint: "把提前天数调大再看。", kind: "提醒",
  },
  revisions: {
    revision: "序号", articles: "涉及知识", more: "等 {n} 条", restore: "恢复到此时", restore_hint: "全部知识恢复到第 {n} 次发布时的样子，作为一次新的发布，立即生效。", restored: "已恢复，{n} 条知识有变化", current: "当前", empty: "还没有在后台发布过知识", empty_hint: "线上使用程序自带的知识。发布后每次都会记在这里，可以整体恢复。",
  },
};

export const en: typeof zhCN = {
  errors: {
    own_article: "Who wrote in an article cannot publish it; a second person does", blocked: "Something must be mended first", invalid_article: "The article is not complete or has mistakes", id_taken: "This id is taken", import_errors: "Rows have mistakes; nothing was written", import_invalid: "The file cannot be read; use the template", unchanged: "Nothing changed", body_too_large: "Too large (5 MB at most)",
  },
  actions: {
    "knowledge.create": "Begin an article", "knowledge.change": "Change an article", "knowledge.submit": "Submit an article", "knowledge.withdraw": "Withdraw an article", "knowledge.discard": "Drop an article's draft", "knowledge.publish": "Publish articles", "knowledge.refuse": "Send an article back", "knowledge.archive": "Archive an article",
    "knowledge.rollback": "Roll an article back", "knowledge.restore": "Restore the whole base", "knowledge.import": "Import articles", "knowledge.export": "Export articles", "knowledge.hit_test": "Hit test", "knowledge.synonyms": "Change synonyms", "knowledge.synonyms_try": "Try synonyms",
  },
  tabs: { articles: "Articles", conflicts: "Conflicts", reminders: "Reminders", revisions: "Publications", synonyms: "Synonyms" },
  state: { draft: "draft", review: "in review", published: "published", archived: "archived" },
  list: {
    search: "Question, wording, answer or id", state: "State", region: "Region", everywhere: "everywhere", all_regions: "All regions", category: "Category", all_categories: "All categories", customers: "Customers", all_customers: "All customers", mark: "Mark", all_marks: "Any mark", expiring: "Expires in 30 days", unsure: "Source unsure", unchecked: "Not checked for a year", mine: "In work by me",
    order: "Order", by_change: "Last changed", by_id: "Id", by_expiry: "First to expire", add: "New article", import: "Import", export: "Export", export_xlsx: "Excel (can be imported again)", export_yaml: "YAML (for data/knowledge)", question: "Question", similar: "Wordings", validity: "Valid", changed: "Changed", from_file: "shipped", new_version: "newer file",
    expired: "expired", expires: "expires in {n} days", not_yet: "not yet valid", unsure_tag: "unsure", referral: "refers", empty: "No such article", empty_hint: "Clear the filter, or make one, or import.", publish_many: "Publish {n} articles", publish_many_hint: "Each is checked; warnings must be acknowledged.", many_done: "{n} published", many_refused: "{n} not published",
  },
  form: {
    new: "New article", edit: "Edit", question: "Question", similar: "Similar questions (one a line)", similar_hint: "eight or more work best", similar_count: "{n} wordings", duplicates: "twice: {list}", answer: "Answer (chat)", voice: "Answer on the phone", voice_hint: "empty: taken from the answer; short spoken sentences", characters: "{n}/{most} characters", over: "{n} too many",
    seconds: "about {n} s", topic: "Topic", topic_hint: "One topic for answers by region or customer", category: "Category", regions: "Regions", regions_hint: "none: everywhere", customers: "Customers", document: "Source document", certainty: "Certainty", checked: "Checked on", valid_from: "Valid from", valid_to: "Valid to (optional)", referral: "Only says where to go",
    card: "Card (optional)", card_title: "Title", card_description: "Description", card_url: "Link", card_picture: "Picture", note: "What this is for (for the approver)", id: "Id (optional: a-z, 0-9, -)", save: "Save the draft", saved: "Saved", preview: "Preview", chat: "In the chat", phone: "On the phone", phone_from_answer: "(taken from the answer)", needed: "A question is needed", customer: "Customer",
  },
  view: {
    back: "Back to the list", edit: "Edit", submit: "Submit", withdraw: "Take back", discard: "Discard", refuse: "Send back", publish: "Publish…", archive: "Archive", content: "Content", compare: "Compare", checks: "Checks", test: "Hit test", versions: "Versions", own: "You wrote in this version: a second person publishes it.", waits: "Waits for an approver.", live: "live: version {n}", no_live: "customers do not see it yet", working: "version {n} ({state})", refused: "{by} sent it back: {reason}",
    submitted: "Submitted", withdrawn: "Taken back", discarded: "Discarded", refused_done: "Sent back", archived: "Archived: customers get it no more", published: "Published; every channel has it in seconds", rolled_back: "Rolled back", discard_hint: "The draft is dropped.", refuse_hint: "The author sees the reason.", archive_hint: "Customers get this answer no more; a version can be put back.", roll_back: "Put back", roll_back_hint: "Version {n} is live again at once, as a new version.",
    show: "Show", siblings: "Other answers of this topic", shown: "showing version {n}", author: "Author", published_by: "Published", note: "Note", at: "Time", by: "By", act: "Act", reason: "Reason", invalid: "Not complete: ",
    version_state: { draft: "draft", review: "in review", published: "live", replaced: "replaced", archived: "archived", discarded: "discarded" },
    origin: { file: "shipped", console: "console", import: "import", rollback: "rolled back", topic: "unknown question" },
    acts: { publish: "publish", archive: "archive", rollback: "roll back", restore: "restore", unarchive: "back in use" },
  },
  fields: {
    topic: "Topic", question: "Question", similar: "Similar questions", answer: "Answer", voice: "On the phone", "card.title": "Card title", "card.description": "Card description", "card.url": "Card link", "card.picture": "Card picture", category: "Category", regions: "Regions", customer_class: "Customers", "source.document": "Source", "source.certainty": "Certainty", "source.checked": "Checked on",
    valid_from: "Valid from", valid_to: "Valid to", referral: "Refers", card: "Card", source: "Source",
  },
  diff: { from: "live: version {n}", from_nothing: "(new)", to: "version {n}", none: "No difference to what is live", none_hint: "Change it, and every field is compared here.", before: "was", after: "is", nothing: "(empty)", yes: "yes", no: "no", everywhere: "everywhere" },
  checks: {
    none: "Nothing to acknowledge.", title: "Acknowledge each before it is published", block: "must be mended", info: "note", loading: "Checking…", confirm: "Publish", publish_title: "Publish “{question}”", own_wording: "here: {own}", other_wording: "“{question}”: {other}",
    codes: {
      rival: "Another answer for the same topic and customers", invalid: "Not complete", same_wording: "A wording stands in another article", similar_question: "Nearly the same as another article", region_gap: "Regions without an answer", missing_voice: "No answer for the phone", long_voice: "Too long for the phone", validity_passed: "No longer valid", not_yet_valid: "Not yet valid", source_unchecked: "Source not checked for long",
      source_unsure: "Source unsure", promise_words: "Words of promise", few_similar: "Few similar questions", base_changed: "The file has a newer version",
    },
  },
  test: {
    hint: "Which article customers would get before and after. The article's own wordings are asked of an index without half of them; wordings of its neighbours must keep their answer.", questions: "What customers would ask (one a line, 50 at most)", region: "Region", any: "unknown", run: "Test", running: "Testing…", asked: "Asked", own: "Own wordings", near: "Neighbours", before: "Before", after: "After", hit: "hit", miss: "missed", sum: "{n}: hit {before} before, {after} after", near_sum: "{n} wordings of neighbours: {kept} kept",
    lost: "Lost to this article", answered: "“{question}”", suggested: "suggestions", region_needed: "asks for the region", nothing: "no answer", question: "Wording", first: "Write some questions and test.",
  },
  import: {
    title: "Import articles", choose: "Choose a file", types: "Excel (.xlsx), Word (.docx) or CSV, 2,000 rows and 5 MB at most. Checked first, written after you confirm, as drafts.", template: "Template", row: "Row", action: "Act", actions: { create: "new", change: "change", unchanged: "same", error: "mistake" }, errors: "Mistakes", changes: "Changes",
    counts: "{create} new · {change} changed · {unchanged} same · {error} with mistakes", only_errors: "Only rows with mistakes", skip: "Leave out rows with mistakes", submit: "Send to review at once", confirm: "Import", done: "{n} drafts written", none: "Nothing to import", checking: "Checking…", again: "Another file",
  },
  conflicts: {
    kinds: { duplicate: "same wording", near: "near", conflict: "figures differ", rival: "answered twice", file_newer: "newer file" }, empty: "No conflicts", empty_hint: "The whole base is checked after every change.", similarity: "{n} % alike", figures: "Figures", open: "Open", all: "All",
  },
  synonyms: {
    hint: "What customers say and what the articles call it. Changed, approved and published as one thing; live in seconds.", word: "Word", others: "Also said (separated by 、)", live: "live", draft: "draft", add: "Add a row", search: "Search", save: "Save the draft", changed: "{n} changed", saved: "Saved", none: "No such word", none_hint: "Search another, or add a row.", whole_only: "Changed by editors who work everywhere.",
    test: "Try: what customers would ask (one a line)", run: "Test", affected: "{n} wordings with changed words: {kept} kept", published: "Published; live in seconds",
  },
  reminders: {
    kinds: { expired: "expired", expires: "expires", source_old: "source not checked", starts: "begins" }, days: "{n} days ahead", due: "Day", left: "in {n} days", passed: "{n} days ago", empty: "Nothing to do soon", empty_hint: "Look further ahead.", kind: "Reminder",
  },
  revisions: {
    revision: "No.", articles: "Articles", more: "{n} in all", restore: "Restore", restore_hint: "All articles as they were at publication {n}, as a new one, at once.", restored: "Restored; {n} articles changed", current: "now", empty: "Nothing published here yet", empty_hint: "The shipped articles answer. Every publication is listed here.",
  },
};
