// What customers want, as people say it. A name that is not here is shown as it is.
import { locale } from "./index";

const NAMES: Record<string, [string, string]> = {
  query_bill: ["查账单", "Bill"], query_balance: ["查余额欠费", "Balance"], query_usage: ["查用电量", "Usage"], explain_high_bill: ["电费偏高", "High bill"], pay_bill: ["缴费", "Paying"],
  query_payment_record: ["查缴费记录", "Payments"], request_invoice: ["开发票", "Invoice"], restore_power: ["缴清复电", "Restoring power"], query_tariff: ["问电价", "Tariffs"], calculate_bill: ["测算电费", "Calculating a bill"],
  compare_tou: ["比峰谷划不划算", "Comparing time-of-use"], apply_tou: ["办峰谷电价", "Time-of-use"], energy_saving_advice: ["节能建议", "Saving energy"], report_outage: ["报修停电故障", "Outage or fault"],
  query_outage: ["问停电来电", "Outage news"], report_hazard: ["安全隐患", "Danger"], report_theft: ["举报窃电", "Theft"], query_ticket: ["查工单进度", "Ticket"], urge_ticket: ["催办", "Urging"], submit_complaint: ["投诉", "Complaint"],
  submit_suggestion: ["意见表扬", "Suggestion"], apply_new_connection: ["新装用电", "New connection"], apply_capacity_change: ["增减容暂停恢复", "Capacity"], transfer_account: ["过户更名", "Transfer"], cancel_account: ["销户", "Closing an account"],
  apply_ev_charger: ["充电桩报装", "EV charger"], apply_pv: ["光伏并网", "Solar"], verify_meter: ["校验电表", "Meter check"], bind_account: ["绑定户号", "Binding"], update_contact: ["改联系方式", "Contact"],
  subscribe_notice: ["订阅提醒", "Notices"], find_business_hall: ["找营业厅", "Offices"], manage_personal_data: ["个人信息管理", "Personal data"], ask_knowledge: ["知识提问", "Question"], request_agent: ["转人工", "A person"],
  greet: ["问好", "Greeting"], goodbye: ["再见", "Goodbye"], thank: ["道谢", "Thanks"], affirm: ["肯定", "Yes"], deny: ["否定", "No"], correct: ["更正", "Correction"], cancel: ["不办了", "Cancel"], repeat: ["请重复", "Repeat"],
  wait: ["请稍等", "Wait"], complain_bot: ["对机器人不满", "Annoyed by the bot"], ask_bot: ["问机器人", "About the bot"], chitchat: ["闲聊", "Small talk"], out_of_scope: ["与供电无关", "Something else"], inform: ["提供信息", "Information"],
  handoff: ["人工接手", "Taken over"],
};
const PREFIX = "action_";
const ACTIONS: Record<string, [string, string]> = {
  answer_knowledge: ["查知识库", "Knowledge base"], answer_or_suggest: ["查知识库", "Knowledge base"], answer_if_sure: ["查知识库", "Knowledge base"], answer_if_certain: ["查知识库", "Knowledge base"], answer_aside: ["顺带回答", "Answered aside"],
  begin_verification: ["开始核验身份", "Verification begins"], end_verification: ["核验身份结束", "Verification ends"], check_account: ["核对户号", "Account checked"], check_binding: ["核对绑定", "Binding checked"], check_code: ["核对验证码", "Code checked"],
  send_code: ["发验证码", "Code sent"], create_repair_ticket: ["建抢修工单", "Repair ticket"], create_hazard_ticket: ["建隐患工单", "Danger ticket"], locate_outage: ["定位停电", "Outage located"], check_outage: ["查停电", "Outage checked"],
  query_outages: ["查停电计划", "Outages"], explain_bill: ["解释电费", "Bill explained"], query_payments: ["查缴费记录", "Payments"], find_halls: ["查营业厅", "Offices"], list_tickets: ["列出工单", "Tickets"], tell_ticket: ["告知工单进度", "Ticket told"],
  register_callback: ["登记回呼", "Call-back"], register_matter: ["登记业务", "Registered"], prepare_matter: ["准备业务", "Prepared"], prepare_invoice: ["准备开票", "Invoice prepared"], change_binding: ["改绑定", "Binding changed"], set_notices: ["设置提醒", "Notices set"],
  request_transfer: ["申请过户", "Transfer asked for"], request_personal_data: ["个人信息申请", "Personal data asked for"], hazard_advice: ["安全提示", "Safety advice"], look_ahead: ["预读信息", "Looked ahead"],
};

function told(found: [string, string] | undefined, name: string): string {
  return found?.[locale.value === "en" ? 1 : 0] ?? name;
}

export const tellIntent = (name: string): string => told(NAMES[name], name);

export function tellAction(name: string): string {
  const plain = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  return told(ACTIONS[plain] ?? NAMES[plain], plain);
}

/** Every service and question, to choose from. */
export const intentChoices = (): { name: string; title: string }[] => Object.keys(NAMES).map((name) => ({ name, title: tellIntent(name) }));
