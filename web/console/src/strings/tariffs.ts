// Tariff tables: 电价.
export const zhCN = {
  actions: {
    "tariff.check": "检查电价文本", "tariff.draft": "起草电价表", "tariff.save": "修改电价草稿", "tariff.submit": "提交电价审批", "tariff.withdraw": "撤回电价审批", "tariff.discard": "作废电价草稿",
    "tariff.refuse": "退回电价版本", "tariff.publish": "发布电价版本", "tariff.roll_back": "回滚电价", "tariff.cancel": "取消定时发布电价",
  } as Record<string, string>,
  errors: {
    tariff_file_invalid: "电价文本有错误，请按行修改后再提交", changed_meanwhile: "别人刚刚改过，请重新打开再操作", wrong_state: "当前状态不能这样操作，请刷新", own_version: "起草或修改过的人不能发布，请另一位审批人操作", base_changed: "提交后现行电价已变，请退回后重新提交",
    one_waits: "该地区已有一个版本在等生效日，请先取消它", unacknowledged: "还有提示没有确认", nothing_to_roll_back: "没有可以回滚的版本", nothing_to_cancel: "没有等待生效的版本", no_table: "没有这张电价表", not_later: "新表的执行起始日须晚于原表", unknown_figure: "有一个数字不属于这张表",
    flow_style: "这张表写成了一行，请改用全文编辑", wrong_region: "文本里的地区与版本的地区不一致", outside_scope: "不在您的数据范围内", invalid_query: "查询条件不正确",
  } as Record<string, string>,
  page: {
    tables: "电价表", versions: "版本与审批", region: "地区", category: "类别", all_regions: "全部地区", all_categories: "全部类别", state: "状态", all_states: "全部状态", search: "名称或文号",
    current: "执行中", future: "未到期", ended: "已结束", name: "名称", document: "文号", period: "执行期", from: "起", until_further: "长期", certainty: "核实", caveat: "须说明“以当地供电公司公布为准”",
    view: "查看", copy: "调价", edit_text: "编辑全文", upload: "上传文件", history: "发布记录", origin: { file: "随程序发布", published: "后台发布" } as Record<string, string>, file_changed: "程序更新了自带的电价文件，但当前启用的是后台发布的版本，请核对两者",
    coming: "版本 {number} 将于 {day} 自动启用", empty: "没有符合条件的电价表", empty_hint: "换个条件再查，或点“编辑全文”起草该地区的新表。", in_work: "草稿 {draft} · 待审 {review}", pick_region: "先选一个地区", page: "页", page_size: "每页条数",
  },
  table: {
    numerals: ["一", "二", "三", "四", "五"], tiers: "分档电价", tier: "第{n}档", one_price: "单一价", up_to: "{from}–{to} 千瓦时/年", above: "{from} 千瓦时/年以上", everything: "全部电量", seasons: "分时电价", season: "季节", months: "{months} 月", slot: "时段", hours: "时间", price: "元/千瓦时", factor: "浮动倍数",
    transmission: "输配电价", demand: "需量电价", capacity: "容量电价", funds: "政府性基金及附加", per_kw: "元/千瓦·月", per_kva: "元/千伏安·月", time_of_use: "分时浮动", published_to: "时段公布至 {day}", small: "变压器容量低于 {kva} 千伏安", large: "一户多人口", free: "低保、五保免费电量",
    free_kwh: "每户每月 {kwh} 千瓦时", persons: "{n} 人及以上", increases: "各档上限增加 {list} 千瓦时/年", unknown: "资料未取得", notes: "说明", voltage: "电压等级", close: "关闭",
    slots: { sharp: "尖峰", peak: "峰", flat: "平", valley: "谷", deep_valley: "深谷" } as Record<string, string>,
  },
  copy: {
    title: "调价：从现有电价表另立新表", hint: "原表自动止于新表执行的前一天，历史月份仍按原表计算。改动的数字会标出。", from: "新表执行起（月）", to: "执行止（月，选填）", name: "名称", document: "文号", certainty: "核实标记", notes: "随账单说明（每行一条）", note: "本次调整说明（给审批人）",
    figures: "价格与限额", old: "原", changed: "已改 {n} 处", save: "生成草稿", month_hint: "如 2027-01", need: "请填写执行起始月、名称、文号", number: "须为不带单位的数字",
  },
  figure: {
    tier_limit: "第{tier}档上限", tier_price: "第{tier}档", slot_price: "{season} {slot}", limit_increase: "多人口第{tier}档上限增加", free_quota: "免费电量", transmission: "输配电价", demand: "需量电价", capacity: "容量电价", funds: "基金及附加", factor: "{season} {slot}", small_factor: "小容量 {slot}", flat_price: "电价",
  } as Record<string, string>,
  keys: {
    name: "名称", document: "文号", effective_from: "执行起", effective_to: "执行止", certainty: "核实标记", band_certainty: "分电压核实标记", notes: "说明", tiers: "分档", prices: "价格", seasons: "分时季节", hours: "时间", months: "月份", slot_notes: "时段说明", seasonal_notes: "分时说明",
    large_household: "一户多人口", free_quota: "免费电量", time_of_use: "分时浮动", published_to: "公布至", factors: "浮动倍数", capacity_note: "容量说明", small_capacity: "小容量", funds: "基金及附加", transmission: "输配电价", demand: "需量电价", capacity: "容量电价",
  } as Record<string, string>,
  editor: {
    title: "编辑 {region} 全部电价表", upload_title: "上传 {region} 电价文件", hint: "写法同 data/tariffs 下的文件（见文档“电价”）。数字一律加引号。保存为草稿后再提交审批，不影响现行电价。", check: "检查", sound: "检查通过，没有错误", mistakes: "有 {n} 处错误", line: "第 {n} 行", save: "保存草稿", note: "本次调整说明（给审批人）", choose: "选择 .yml 文件",
    too_large: "文件太大（上限 60 KB）", text: "电价文本", place: "位置",
  },
  versions: {
    none: "还没有改过电价", empty: "没有{state}的版本", empty_hint: "在“电价表”里点“调价”或“编辑全文”起草新版本，提交后由另一位审批人发布。", number: "版本", note: "调整说明", author: "起草人", changed: "更新时间", open: "打开",
    state: { draft: "草稿", review: "待审批", published: "已发布", discarded: "已作废" } as Record<string, string>, back: "返回列表",
  },
  version: {
    title: "{region} · 版本 {number}", submit: "提交审批", withdraw: "撤回修改", discard: "作废", refuse: "退回", publish: "发布…", edit: "编辑全文", own: "您起草或修改过此版本，须由另一位审批人发布。", waits: "待审批人核对后发布。", mistakes_first: "文本有错误，改正后才能提交。",
    changes: "变化", preview: "电费预览", text: "全文", acts: "经过", submitted: "已提交审批", withdrawn: "已撤回，可以继续修改", discarded: "已作废", refused: "已退回起草人", saved: "草稿已保存", published: "已发布，各渠道数秒内启用", scheduled: "已发布，将于 {day} 启用",
    act: { made: "起草", saved: "修改", submitted: "提交审批", withdrawn: "撤回", refused: "退回", published: "发布", discarded: "作废", cancelled: "取消定时启用" } as Record<string, string>,
    discard_hint: "作废后不能再提交。", refuse_hint: "退回后起草人可以看到原因并继续修改。",
  },
  changes: {
    none: "与现行电价没有差别", none_hint: "改动文本后会在这里逐项列出。", added: "新表", removed: "删去", changed: "修改", follows: "与 {day} 起执行的表相比", key: "项目", old: "原", new: "新", nothing: "（无）", same: "价格与条款同前表", removed_hint: "删去后，这段时间的电费将无法计算。",
  },
  preview: {
    hint: "同一客户分别按现行表和新表计算，逐分精确。典型客户为假设。", month: "按此月份计算", auto: "自动选有影响的月份", customers: "用真实账户的最近用电试算", calculating: "正在试算…", old: "现行", new: "新", difference: "差额", percent: "幅度", customer: "客户", total: "电费（元）", lines: "分项", quantity: "电量", price: "单价",
    none: "没有受影响的类别", none_hint: "只改了文字，或还没有改动。", not_calculable: "无法计算", sum: "{n} 户合计：现行 {old} 元，新 {new} 元，差额 {difference} 元；{changed} 户有变化", largest: "变化最大的几户", no_customers: "该类别没有可用的账户用电（工商业的代理购电价不在账单里）",
  },
  /** What the checks say, in English, by its words. */
  mistakes: [
    ["write (the|a) number in quotes", "数字要加引号，如 \"0.5469\""], ["Field required", "缺少这一项"], ["Extra inputs are not permitted", "没有这个键，检查拼写"], ["first day of a month", "执行起始日须是某月 1 日"], ["last day of a month", "执行截止日须是某月最后一天"],
    ["a year from", "年份须在 1980 至 2200 之间"], ["lies before effective_from", "截止日早于起始日"], ["overlaps another table", "执行期与同类别另一张表重叠"], ["no voltage band of this name", "没有这个电压等级，见文件开头的 voltage_bands"], ["limits must rise", "各档上限须逐档升高"], ["in exactly one season", "1 至 12 月须各归一个季节，不重不漏"],
    ["slots are not those of", "时段与 hours 不一致"], ["slot has hours but no factor", "有时间没有浮动倍数"], ["has no figure of its own", "作为基准的时段没有自己的倍数"], ["same voltage bands", "各档的电压等级须一致"], ["needs slot prices", "居民峰谷须有分时电价"], ["one entry for each tier", "每一档要有一行分时电价"],
    ["one figure for each limited tier", "每个有上限的档要有一个增加量"], ["两部制 prices them", "两部制的每个电压等级都要有需量和容量电价，单一制没有"], ["stands twice", "同一个键写了两遍"], ["<< is not allowed", "不能用 << 合并"], ["greater than or equal to 0", "不能小于 0"], ["valid decimal", "不是数字"], ["valid date", "不是日期，如 2027-01-01"],
    ["should match pattern", "不在允许的写法里（核实标记：官方原文、多源2–9、单源、推算）"], ["Input should be '", "不在允许的取值里"], ["valid (list|tuple)", "须是列表"], ["valid dictionary|instance of", "须是键值"], ["at least 1", "不能为空"], ["mapping values|could not find|did not find|found character|expected", "YAML 写法错误，检查缩进、引号、冒号"],
  ] as [string, string][],
  warnings: {
    title: "发布前请逐项确认", none: "没有需要特别确认的事项。", past_months: "影响已开始或已过去的月份，已出的账单可能不一致", table_removed: "删去了电价表，相应月份将无法计算", gap: "有月份没有电价表", uncertain: "核实标记为单源或推算，对客户会附带说明", same_document: "新表文号与前表相同，可能忘了改",
    large_change: "典型客户电费变化较大", not_calculable: "典型客户按新表无法计算",
  } as Record<string, string>,
  publish: { title: "发布 {region} 版本 {number}", live: "何时启用", at_once: "立即（各渠道 5 秒内）", on_day: "指定日期 0 点", day: "启用日期", hint: "启用后客户问到的电价与电费按各表自己的执行期计算。", note: "发布说明（选填）", confirm: "确认发布" },
  history: {
    title: "{region} 发布记录", at: "时间", by: "操作人", what: "启用的版本", kind: { publish: "发布", roll_back: "回滚" } as Record<string, string>, shipped: "程序自带", version: "版本 {number}", live_from: "启用", reason: "说明", now: "当前", waits: "待启用", cancelled: "已取消", roll_back: "回滚到此", roll_back_shipped: "回滚到程序自带文件",
    roll_back_title: "回滚电价", roll_back_hint: "将立即让{what}重新启用，所有渠道数秒内按它计算。", rolled_back: "已回滚", cancel: "取消启用", cancel_title: "取消定时启用", cancel_hint: "版本回到待审批状态。", cancelled_done: "已取消", empty: "还没有发布过", empty_hint: "该地区使用程序自带的电价文件。",
  },
};

export const en: typeof zhCN = {
  actions: {
    "tariff.check": "Check a tariff text", "tariff.draft": "Draft a tariff", "tariff.save": "Change a tariff draft", "tariff.submit": "Submit a tariff", "tariff.withdraw": "Withdraw a tariff", "tariff.discard": "Drop a tariff draft",
    "tariff.refuse": "Send a tariff back", "tariff.publish": "Publish a tariff", "tariff.roll_back": "Roll tariffs back", "tariff.cancel": "Cancel a timed publication",
  },
  errors: {
    tariff_file_invalid: "The text has mistakes: mend the lines first", changed_meanwhile: "Somebody changed it meanwhile; open it again", wrong_state: "Not possible in this state; reload", own_version: "Who wrote in a version cannot publish it; a second person does", base_changed: "Other tables were published meanwhile; send it back and submit it again",
    one_waits: "Another version waits for its day; call it off first", unacknowledged: "Some warnings are not acknowledged", nothing_to_roll_back: "Nothing to roll back to", nothing_to_cancel: "Nothing waits", no_table: "No such table", not_later: "The new table must begin later than the old one", unknown_figure: "A figure does not belong to this table",
    flow_style: "This table is written between braces: edit the text", wrong_region: "The text is of another region", outside_scope: "Outside your scope", invalid_query: "The query is not right",
  },
  page: {
    tables: "Tables", versions: "Versions and approval", region: "Region", category: "Category", all_regions: "All regions", all_categories: "All categories", state: "State", all_states: "All states", search: "Name or document",
    current: "in force", future: "later", ended: "ended", name: "Name", document: "Document", period: "In force", from: "on", until_further: "no end", certainty: "Certainty", caveat: "Said with: as the local utility publishes",
    view: "Show", copy: "New prices", edit_text: "Edit the text", upload: "Upload a file", history: "Publications", origin: { file: "shipped", published: "published here" }, file_changed: "The project brought a newer file; what was published here still holds: check",
    coming: "Version {number} holds from {day}", empty: "No such table", empty_hint: "Change the filter, or draft a new table with “Edit the text”.", in_work: "{draft} drafts · {review} in review", pick_region: "Choose a region first", page: "page", page_size: "Rows a page",
  },
  table: {
    numerals: ["1", "2", "3", "4", "5"], tiers: "Prices by tier", tier: "Tier {n}", one_price: "One price", up_to: "{from}–{to} kWh a year", above: "above {from} kWh a year", everything: "all energy", seasons: "Prices by time of day", season: "Season", months: "months {months}", slot: "Slot", hours: "Hours", price: "yuan/kWh", factor: "Factor",
    transmission: "Transmission", demand: "Demand charge", capacity: "Capacity charge", funds: "Government funds", per_kw: "yuan/kW and month", per_kva: "yuan/kVA and month", time_of_use: "Time of use", published_to: "hours published to {day}", small: "below {kva} kVA", large: "Large households", free: "Free energy of the poor",
    free_kwh: "{kwh} kWh a household and month", persons: "from {n} persons", increases: "limits widened by {list} kWh a year", unknown: "not known", notes: "Notes", voltage: "Voltage", close: "Close",
    slots: { sharp: "sharp", peak: "peak", flat: "flat", valley: "valley", deep_valley: "deep valley" },
  },
  copy: {
    title: "New prices: a new table from this one", hint: "The old table ends the day before; earlier months are still billed by it. Changed figures are marked.", from: "In force from (month)", to: "Ends (month, optional)", name: "Name", document: "Document", certainty: "Certainty", notes: "Said with bills (one a line)", note: "What this is for (for the approver)",
    figures: "Prices and limits", old: "was", changed: "{n} changed", save: "Make the draft", month_hint: "as 2027-01", need: "Month, name and document are needed", number: "A number without unit",
  },
  figure: {
    tier_limit: "Limit of tier {tier}", tier_price: "Tier {tier}", slot_price: "{season} {slot}", limit_increase: "Large household, tier {tier}", free_quota: "Free energy", transmission: "Transmission", demand: "Demand", capacity: "Capacity", funds: "Funds", factor: "{season} {slot}", small_factor: "Small capacity {slot}", flat_price: "Price",
  },
  keys: {
    name: "Name", document: "Document", effective_from: "From", effective_to: "To", certainty: "Certainty", band_certainty: "Certainty by voltage", notes: "Notes", tiers: "Tiers", prices: "Prices", seasons: "Seasons", hours: "Hours", months: "Months", slot_notes: "Slot notes", seasonal_notes: "Season notes",
    large_household: "Large household", free_quota: "Free energy", time_of_use: "Time of use", published_to: "Published to", factors: "Factors", capacity_note: "Capacity note", small_capacity: "Small capacity", funds: "Funds", transmission: "Transmission", demand: "Demand", capacity: "Capacity",
  },
  editor: {
    title: "All tables of {region}", upload_title: "Upload tables of {region}", hint: "Written as the files of data/tariffs (see the documentation). Numbers in quotes. A draft changes nothing that holds.", check: "Check", sound: "No mistakes", mistakes: "{n} mistakes", line: "line {n}", save: "Save the draft", note: "What this is for (for the approver)", choose: "Choose a .yml file",
    too_large: "Too large (60 KB at most)", text: "Text of the tables", place: "Place",
  },
  versions: {
    none: "No tariff was changed yet", empty: "No versions {state}", empty_hint: "Draft one under “Tables”: new prices, or the whole text; a second person publishes it.", number: "Version", note: "What for", author: "Author", changed: "Changed", open: "Open",
    state: { draft: "draft", review: "in review", published: "published", discarded: "discarded" }, back: "Back to the list",
  },
  version: {
    title: "{region} · version {number}", submit: "Submit", withdraw: "Take back", discard: "Discard", refuse: "Send back", publish: "Publish…", edit: "Edit the text", own: "You wrote in this version: a second person publishes it.", waits: "Waits for an approver.", mistakes_first: "The text has mistakes: mend them first.",
    changes: "Changes", preview: "Bills", text: "Text", acts: "History", submitted: "Submitted", withdrawn: "Taken back", discarded: "Discarded", refused: "Sent back", saved: "Saved", published: "Published; every channel has it in seconds", scheduled: "Published; holds from {day}",
    act: { made: "made", saved: "changed", submitted: "submitted", withdrawn: "taken back", refused: "sent back", published: "published", discarded: "discarded", cancelled: "called off" },
    discard_hint: "A discarded version cannot be submitted again.", refuse_hint: "The author sees the reason and can go on.",
  },
  changes: {
    none: "No difference to what holds", none_hint: "Change the text, and every key is listed here.", added: "new table", removed: "removed", changed: "changed", follows: "against the table of {day}", key: "Key", old: "was", new: "is", nothing: "(none)", same: "same prices and terms as the table before", removed_hint: "Bills of this time cannot be made any more.",
  },
  preview: {
    hint: "The same customer by the tables that hold and by the new ones, to the cent. Typical customers are invented.", month: "Month", auto: "a month that is affected", customers: "Try on the last use of real accounts", calculating: "Calculating…", old: "Now", new: "New", difference: "Difference", percent: "Percent", customer: "Customer", total: "Bill (yuan)", lines: "Lines", quantity: "Quantity", price: "Price",
    none: "No category is affected", none_hint: "Only words changed, or nothing.", not_calculable: "cannot be calculated", sum: "{n} accounts: now {old}, new {new}, difference {difference} yuan; {changed} change", largest: "Those that change most", no_customers: "No accounts to try on (business bills lack the agent price)",
  },
  mistakes: [],
  warnings: {
    title: "Acknowledge each before it is published", none: "Nothing to acknowledge.", past_months: "Months that have begun are affected: bills already made may differ", table_removed: "A table is removed: its months cannot be billed", gap: "Months without a table", uncertain: "Single-source or derived figures", same_document: "Same document as the table before: forgotten?",
    large_change: "A typical bill changes much", not_calculable: "A typical bill cannot be calculated by the new tables",
  },
  publish: { title: "Publish {region} version {number}", live: "Taken", at_once: "at once (5 seconds)", on_day: "on a day at 0:00", day: "Day", hint: "Bills go by each table's own period.", note: "Note (optional)", confirm: "Publish" },
  history: {
    title: "Publications of {region}", at: "Time", by: "By", what: "Version", kind: { publish: "publish", roll_back: "roll back" }, shipped: "shipped file", version: "version {number}", live_from: "From", reason: "Reason", now: "now", waits: "waits", cancelled: "called off", roll_back: "Roll back to", roll_back_shipped: "Roll back to the shipped file",
    roll_back_title: "Roll back", roll_back_hint: "{what} holds again at once, in every channel.", rolled_back: "Rolled back", cancel: "Call off", cancel_title: "Call off", cancel_hint: "The version is in review again.", cancelled_done: "Called off", empty: "Nothing published yet", empty_hint: "The region uses the shipped file.",
  },
};
