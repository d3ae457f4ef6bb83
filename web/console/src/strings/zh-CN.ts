// Every text of the console, Chinese first. `{name}` is filled in by fill().
import { zhCN as knowledge } from "./knowledge";
import { zhCN as releases } from "./releases";
import { zhCN as tariffs } from "./tariffs";
import { zhCN as quality } from "./quality";
import { zhCN as learning } from "./learning";
import { zhCN as operations } from "./operations";

export const zhCN = {
  ...operations,
  product: "供电客服工作台",
  language: "简体中文",
  /** What stands between words, after a name, around a remark. */
  marks: { list: "、", comma: "，", stop: "；", colon: "：", open: "（", close: "）" },
  common: {
    ok: "确定", cancel: "取消", close: "关闭", save: "保存", search: "搜索", refresh: "刷新", loading: "加载中…", none: "无", all: "全部",
    back: "返回", more: "更多", copy: "复制", copied: "已复制", reason: "原因", reason_hint: "请写明原因，将记入审计", reason_needed: "请填写原因",
    done: "已完成", retry: "重试", total: "共 {n} 条", optional: "选填", acts: "操作", whole_network: "全网", skip: "跳到主要内容",
  },
  pages: {
    desk: "坐席工作台", overview: "坐席总览", callbacks: "回呼列表", staff: "人员", audit: "审计", account: "我的账号", dashboard: "看板", notices: "通知", tickets: "工单", health: "系统状态", privacy: "个人信息",
    conversations: "会话", quality: "质检",
    releases: "训练与发布",
    knowledge: "知识",
    tariffs: "电价", topics: "未知问题", labels: "标注",
    missing: "没有这个页面", missing_hint: "地址可能有误，或您的角色不能查看。", home: "回到首页",
  },
  groups: { service: "在线服务", system: "系统", quality: "质检与运营", knowledge: "知识与训练" },
  roles: { admin: "管理员", supervisor: "班长", editor: "知识编辑", approver: "审批", trainer: "训练师", agent: "坐席", auditor: "审计员", privacy: "个人信息专员" },
  shell: {
    menu: "主菜单", collapse: "收起菜单", expand: "展开菜单", user: "账号菜单", log_out: "退出登录", theme: "外观", light: "浅色", dark: "深色", system: "跟随系统",
    demo: "演示", production: "正式", sound: "提示音", sound_on: "提示音已开", sound_off: "提示音已关", lost: "与服务器的连接已断开，正在重连…", nothing: "您的角色目前没有可用的页面，请联系管理员分配。",
  },
  login: {
    title: "登录", name: "账号", password: "密码", code: "动态口令（6 位）", submit: "登录", bad_login: "账号或密码不正确", bad_code: "动态口令不正确或已过期，请重新输入",
    code_needed: "该账号开启了动态口令，请输入验证器上的 6 位数字", locked: "密码连续输错，账号已锁定。请在 {wait} 后再试，或联系管理员解锁。", ended: "登录已过期，请重新登录",
    show: "显示密码", oidc: "使用{label}登录", notice: "仅限授权人员使用。登录与操作均记入审计。", demo: "演示模式（gridtalk run --demo）的账号：demo-supervisor、demo-agent、demo-agent2、demo-editor、demo-approver、demo-trainer、demo-admin、demo-auditor、demo-privacy；密码见启动时的终端输出。",
  },
  password: {
    title: "修改密码", due: "首次登录或密码已被重置，请先设置新密码", old: "当前密码", fresh: "新密码", again: "再输一次新密码",
    rule: "至少 10 个字符，字母、数字、符号中至少两类，不能与账号相同", differ: "两次输入的新密码不一致", changed: "密码已修改",
  },
  account: {
    person: "基本信息", role: "角色", scope: "数据范围", skills: "技能组", last_login: "上次登录", totp: "动态口令（TOTP）", totp_on: "已开启", totp_off: "未开启",
    totp_hint: "用手机验证器（如 FreeOTP）添加账号后，登录时需同时输入 6 位动态口令。", begin: "开启", remove: "关闭动态口令", secret: "密钥（在验证器中手动输入）",
    open_app: "在本机验证器中打开", confirm: "输入验证器显示的 6 位数字", confirmed: "动态口令已开启", removed: "动态口令已关闭", remove_ask: "请输入当前密码以关闭动态口令", preferences: "偏好", locale: "语言",
  },
  presence: { online: "在线", away: "小休", offline: "离线", label: "我的状态", load: "接待 {active}/{capacity}" },
  channels: { app: "网页/APP", wechat: "微信", phone: "电话" } as Record<string, string>,
  status: { waiting: "排队中", active: "接待中", closed: "已结束" },
  moods: { angry: "情绪激动", anxious: "焦急", unhappy: "不满", calm: "平静", neutral: "平静", happy: "满意" } as Record<string, string>,
  reasons: {
    asked_for_a_person: "客户要求人工", not_understood: "机器人多次未听懂", question_not_answered: "机器人答不上来", anger: "客户情绪激动", hazard: "安全隐患", abandoned: "久等无人接", action_failed: "业务办理失败", safety: "安全事件", complaint: "投诉", angry: "客户情绪激动",
    flow: "业务流程转人工", verification_failed: "身份核验未通过", out_of_hours: "非工作时间", nobody_there: "无坐席在线", asked: "客户要求回电", transferred: "转接",
  } as Record<string, string>,
  desk: {
    mine: "我的会话", queue: "排队", others: "其他坐席", next: "接入下一位", take: "接入", take_over: "接管", listen: "旁听", listening: "旁听中：客户看不到您", empty_mine: "还没有接待中的会话",
    empty_mine_hint: "点“接入下一位”，或从下方排队里挑选。", offline_hint: "您当前不在线。把状态切到“在线”后才会分到客户。", empty_queue: "没有客户在排队", empty_queue_hint: "新客户进来时会在这里出现，并提示您。",
    empty_others: "其他坐席没有进行中的会话", closed_hours: "现在是非服务时间（{hours}），客户会被引导留下回呼。", pick: "选择一个会话开始工作", pick_hint: "左侧是您的会话和排队的客户。按 Alt+N 接入下一位。",
    waited: "已等 {time}", estimate: "约 {time}", priority: { 1: "普通", 2: "优先", 3: "紧急" } as Record<number, string>, reserved: "为断线坐席保留", unread: "{n} 条未读", lasted: "接待 {time}",
    transcript: "对话记录", older: "以上为机器人接待记录", typing: "客户正在输入…", send: "发送", send_note: "保存备注", send_whisper: "发送耳语", note: "内部备注", reply: "回复客户", whisper: "耳语坐席",
    placeholder_reply: "输入回复，/ 调出快捷语，Enter 发送，Shift+Enter 换行", placeholder_note: "写给同事看的备注，客户看不到", placeholder_whisper: "只有接待坐席看得到，客户看不到",
    not_mine: "您不是该会话的接待坐席，可以写内部备注。", waiting_hint: "接入后才能回复。", closed_hint: "会话已结束，只能查看和写备注。", phone_hint: "电话会话不能在此打字回复，请在话机上通话。",
    hidden_note: "内部备注 · 客户不可见", hidden_whisper: "班长耳语 · 客户不可见", from: { customer: "客户", bot: "机器人", agent: "坐席", system: "系统", note: "备注", whisper: "耳语" },
    you: "我", sending: "发送中", failed: "未送达", resend: "重发", new_below: "有新消息 ↓", image: "客户发来的图片", voice: "客户发来的语音", attachment: "附件", sources: "依据",
    suggestions: "知识建议", suggestions_for: "针对：{question}", suggest_again: "换个问法查知识库", use: "采用", source: "来源", version: "版本 {version}", priority_label: "优先级", no_suggestion: "知识库里没有合适的回答，可换个问法再查。", hide: "收起", show: "展开",
    canned: "快捷语", canned_none: "没有匹配的快捷语", canned_new: "新建快捷语", canned_title: "名称（输入 / 后用它查找）", canned_category: "分类", canned_text: "内容", canned_shared: "全班组可用", canned_saved: "快捷语已保存", canned_own: "个人", canned_delete: "删除",
    transfer: "转接", return: "退回机器人", close: "结束", ticket: "建工单", requeue: "放回排队", summary: "会话摘要", wanted: "想办什么", nothing_wanted: "未识别到业务", last_words: "客户原话",
    slots: "已收集信息", no_slots: "还没有收集到信息", tried: "已尝试", nothing_tried: "机器人还没有办理过任何操作", tried_ok: "成功", tried_failed: "失败", mood: "情绪", verified: "身份核验", level: { 0: "未核验", 1: "已核验户号户名", 2: "已核验手机/绑定账号" } as Record<number, string>,
    waiting_for: "正等客户提供", not_understood: "未听懂 {n} 次", reason: "转人工原因", channel: "来源", region: "地区", region_unknown: "未知地区", rating: "客户评价", resolved: "已解决", unresolved: "未解决", history: "历史会话", no_history: "该客户没有历史会话",
    shortcuts: "键盘快捷键",
    keys: [["Enter", "发送"], ["Shift+Enter", "换行"], ["/", "调出快捷语"], ["Alt+N", "接入下一位"], ["Alt+↓ / Alt+↑", "下一个 / 上一个会话"], ["Alt+1 … Alt+3", "采用第 1–3 条知识建议"], ["Alt+B", "回复与内部备注切换"]] as [string, string][],
    new_customer: "新客户排队：{customer}", new_message: "{customer} 有新消息", assigned: "{customer} 已分配给您", gone: "{customer} 已转到您看不到的坐席或地区",
  },
  transfer: {
    title: "转接会话", to_agent: "转给坐席", to_skill: "转到技能组", agent: "坐席", skill: "技能组", note: "交接说明（对方可见，客户不可见）", note_hint: "写明已核实什么、还要做什么", done: "已转接", nobody: "没有其他在线坐席，可转到技能组排队。",
    pick: "请选择转接对象",
  },
  giveBack: { title: "退回机器人", hint: "机器人会带着上下文继续服务。已收集的信息如有误，可在此更正。", note: "退回原因", done: "已退回机器人" },
  closing: { title: "结束会话", disposition: "处理结果", note: "小结（内部）", rating: "邀请客户评价", done: "会话已结束", pick: "请选择处理结果" },
  ticket: { title: "建工单", category: "工单类别", summary: "诉求摘要", account: "户号", phone: "联系电话", address: "用电地址", done: "工单 {no} 已创建", incomplete: "请选择类别并填写诉求摘要", masked_hint: "户号、电话、地址不填时沿用会话中已核实的信息。" },
  takeOver: { title: "接管会话", hint: "会话会从 {agent} 转到您名下，客户会看到接待坐席变化。", done: "已接管" },
  requeue: { title: "放回排队", hint: "会话会回到队首，由其他坐席接待。", done: "已放回排队" },
  system: {
    accepted: "{agent} 接入了会话", transferred: "{from} 转接给 {to}", returned: "会话已退回机器人", closed: "会话已结束", requeued: "会话已放回排队", connection_lost: "坐席连接中断，会话为其保留", ticket: "已创建工单 {ticket_no}",
    csat_requested: "已邀请客户评价", callback: "已登记回呼", customer_left: "客户已离开", queued: "客户进入排队", rated: "客户已评价", taken_over: "班长已接管会话",
  } as Record<string, string>,
  overview: {
    waiting: "排队", longest: "最长等待", active: "接待中", online: "在线坐席", away: "小休", closed_today: "今日结束", handling: "平均处理时长", wait: "平均等待", rating: "满意度", open_callbacks: "待回呼", overdue: "已超时",
    by_skill: "按技能组", skill: "技能组", agents: "坐席状态", agent: "坐席", state: "状态", since: "持续", load: "接待量", skills: "技能", sessions: "会话监看", empty_agents: "范围内没有坐席", empty_agents_hint: "请管理员在“系统 / 人员”中添加坐席并设置技能组。",
    empty_sessions: "现在没有进行中或排队的会话", empty_sessions_hint: "客户在聊天窗口或微信里点“转人工”后会出现在这里。", watch: "旁听", customer: "客户", status: "状态", wait_or_last: "时长", last: "最近一句", updated: "每 5 秒更新",
  },
  callbacks: {
    open: "待处理", overdue: "已超时", mine: "我认领的", done: "已完成", customer: "客户", phone: "电话", skill: "技能组", wanted: "想办什么", reason: "登记原因", clock: "时限", left: "剩 {time}", late: "超时 {time}", claim: "认领", show_phone: "看号码", finish: "登记结果",
    result: "回呼结果", results: { reached: "已联系上并处理", unreachable: "无人接听", wrong_number: "号码有误", solved_otherwise: "已通过其他途径解决" } as Record<string, string>, note: "说明", claimed: "已认领", finished: "已登记回呼结果",
    empty: "没有{view}的回呼", empty_hint: "非服务时间或无坐席在线时，客户留下的回呼会出现在这里，并按时限排序。", show_reason: "查看完整号码会记入审计，请写明用途", agent: "处理人", at: "完成", full: "完整号码", transcript: "看对话",
  },
  staff: {
    add: "添加人员", name: "账号", display: "姓名", role: "角色", scope: "数据范围", skills: "技能组", capacity: "同时接待上限", state: "状态", active: "正常", locked: "已锁定", inactive: "已停用", last: "上次登录", never: "从未登录", edit: "编辑", reset: "重置密码",
    unlock: "解锁", disable: "停用", enable: "启用", added: "已添加 {name}", saved: "已保存", password_once: "初始密码只显示这一次，请当面或通过安全渠道告知本人，首次登录须修改。", empty: "没有符合条件的人员", empty_hint: "换个条件再查，或点“添加人员”。",
    name_hint: "2–32 位小写字母、数字、- 或 _", reset_ask: "将为 {name} 生成新密码，并立即结束其所有登录。", disable_ask: "停用后 {name} 立即退出，其会话回到排队。", enable_ask: "启用后 {name} 可以重新登录。", unlock_ask: "解除 {name} 因密码连续输错的锁定。", change_ask: "修改角色、数据范围或状态须写明原因", totp: "动态口令",
    search: "账号或姓名", all_roles: "全部角色", password: "初始密码",
  },
  audit: {
    at: "时间", actor: "操作人", role: "角色", address: "来源地址", action: "操作", object: "对象", detail: "详情", hash: "链值", chain_ok: "审计链完整：{rows} 条记录逐条校验通过", chain_bad: "审计链在第 {id} 条断裂，记录可能被改动，请立即上报", verify: "重新校验",
    empty: "没有符合条件的记录", empty_hint: "清空筛选条件再查。", older: "更早的记录", verifying: "正在校验审计链…", no_more: "没有更早的记录",
    actions: {
      ...knowledge.actions, ...tariffs.actions,
      ...quality.actions,
      ...learning.actions,
      ...releases.actions,
      "audit.read": "查看审计", "login.oidc": "统一身份登录", "dashboard.export": "导出看板", "notice.read": "已读通知", "ticket.read": "查看工单", "ticket.export": "导出工单", "privacy.request": "登记个人信息请求", "privacy.read": "查看个人信息请求", "privacy.search": "查找个人信息", "privacy.export": "导出个人信息", "privacy.erase": "删除个人信息", "privacy.close": "结束个人信息请求", "keys.rotate": "轮换密钥", "keys.reseal": "重新加密", "retention.sweep": "到期清理", "audit.verify": "校验审计链", "login": "登录", "login.failed": "登录失败", "logout": "退出登录", "password.change": "修改密码", "totp.begin": "开始设置动态口令", "totp.confirm": "开启动态口令", "totp.remove": "关闭动态口令",
      "staff.add": "添加人员", "staff.change": "修改人员", "staff.password": "重置密码", "staff.unlock": "解锁账号", "desk.presence": "切换在线状态", "desk.accept": "接入会话", "desk.read": "查看会话", "desk.watch": "旁听会话", "desk.say": "回复客户", "desk.note": "写内部备注",
      "desk.whisper": "耳语坐席", "desk.transfer": "转接", "desk.requeue": "放回排队", "desk.return": "退回机器人", "desk.close": "结束会话", "desk.ticket": "建工单", "desk.canned": "修改快捷语", "desk.upload": "查看客户图片或语音", "callback.claim": "认领回呼", "callback.phone": "查看完整号码", "callback.done": "登记回呼结果",
    } as Record<string, string>,
  },
  errors: {
    ...knowledge.errors,
    ...tariffs.errors,
    ...quality.errors,
    ...learning.errors,
    ...releases.errors,
    offline: "连不上服务器，请检查网络后重试", unknown_role: "没有这个角色", bad_name: "账号须为 2–32 位小写字母、数字、- 或 _", server_error: "服务器出错，请稍后重试", forbidden: "您的角色不能执行此操作", not_found: "没有找到，可能不在您的数据范围内", csrf: "页面已过期，请刷新后再试", invalid_body: "填写内容不符合要求", too_many_requests: "操作太频繁，请稍后再试",
    not_logged_in: "登录已过期，请重新登录", password_change_needed: "请先修改密码", bad_login: "账号或密码不正确", bad_password: "当前密码不正确", weak_password: "新密码太简单：至少 10 个字符，字母、数字、符号中至少两类", bad_code: "口令不正确", name_taken: "该账号已存在",
    unknown_scope: "没有这个数据范围", tickets_not_listed: "后端系统没有开放工单列表", tickets_away: "后端系统没有应答，请稍后再试", request_closed: "该请求已结束", search_running: "正在查找，请稍候", conversation_open: "有会话正由坐席接待，请先结束", unknown_conversation: "只能处理查找到的会话",
    invalid_subject: "号码不正确，请核对", keys_in_environment: "密钥在环境变量中，请在那里轮换", reseal_running: "正在重新加密", forbidden_scope: "这会影响全网，只有全网管理员可以执行", oidc_off: "没有配置统一身份认证", oidc_away: "统一身份认证没有应答，请稍后再试或用密码登录", oidc_refused: "统一身份认证未通过，请重试",
    oidc_state: "登录已超时或不是从本页发起，请重新登录", oidc_no_role: "您的统一身份没有本系统的角色，请联系管理员", oidc_no_place: "您的统一身份没有所属单位，请联系管理员", oidc_name_taken: "已有同名的本地账号，请联系管理员", oidc_inactive: "账号已停用", unknown_skill: "没有这个技能组", last_admin: "至少要保留一名可用的管理员", taken: "已被其他坐席接入", at_capacity: "您的接待量已满，先结束一个会话再接", not_online: "请先把状态切到“在线”", not_yours: "这个会话已不在您名下", closed: "会话已经结束",
    cannot_write: "该渠道不能在此回复", agent_away: "对方当前不在线", unknown_disposition: "请选择处理结果", unknown_category: "请选择工单类别", ticket_refused: "工单系统暂时不可用，请稍后再试",
  } as Record<string, string>,
  quality,
  releases,
  knowledge,
  tariffs,
  learning,
  units: { seconds: "{n} 秒", minutes: "{n} 分钟", hours: "{n} 小时", days: "{n} 天", minutes_seconds: "{m} 分 {s} 秒", hours_minutes: "{h} 小时 {m} 分" },
};
export type Strings = typeof zhCN;
