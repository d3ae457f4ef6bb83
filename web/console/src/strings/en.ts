// The console in English.
import { en as knowledge } from "./knowledge";
import { en as releases } from "./releases";
import { en as tariffs } from "./tariffs";
import { en as operations } from "./operations";
import { en as quality } from "./quality";
import { en as learning } from "./learning";
import type { Strings } from "./zh-CN";

export const en: Strings = {
  ...operations,
  product: "Utility service console",
  language: "English",
  marks: { list: ", ", comma: ", ", stop: "; ", colon: ": ", open: " (", close: ")" },
  common: {
    ok: "OK", cancel: "Cancel", close: "Close", save: "Save", search: "Search", refresh: "Refresh", loading: "Loading…", none: "None", all: "All",
    back: "Back", more: "More", copy: "Copy", copied: "Copied", reason: "Reason", reason_hint: "Say why; it goes into the audit trail", reason_needed: "A reason is needed",
    done: "Done", retry: "Try again", total: "{n} in all", optional: "optional", acts: "Acts", whole_network: "Everything", skip: "Skip to content",
  },
  pages: {
    desk: "Agent desk", overview: "Desk overview", callbacks: "Call-backs", staff: "Staff", audit: "Audit", account: "My account", dashboard: "Dashboard", notices: "Notices", tickets: "Tickets", health: "System", privacy: "Personal data",
    conversations: "Conversations", quality: "Quality",
    releases: "Training and releases",
    knowledge: "Knowledge",
    tariffs: "Tariffs", topics: "Unknown topics", labels: "Labelling",
    missing: "No such page", missing_hint: "The address may be wrong, or your role may not see it.", home: "To the start",
  },
  groups: { service: "Service", system: "System", quality: "Quality", knowledge: "Knowledge" },
  roles: { admin: "Administrator", supervisor: "Supervisor", editor: "Editor", approver: "Approver", trainer: "Trainer", agent: "Agent", auditor: "Auditor", privacy: "Privacy officer" },
  shell: {
    menu: "Main menu", collapse: "Collapse menu", expand: "Expand menu", user: "Account menu", log_out: "Log out", theme: "Appearance", light: "Light", dark: "Dark", system: "As the system",
    demo: "Demo", production: "Live", sound: "Sound", sound_on: "Sound is on", sound_off: "Sound is off", lost: "Connection lost, connecting again…", nothing: "Your role has no pages yet. Ask an administrator.",
  },
  login: {
    title: "Log in", name: "Account", password: "Password", code: "One-time code (6 digits)", submit: "Log in", bad_login: "Wrong account or password", bad_code: "Wrong or expired code", oidc: "Log in with {label}",
    code_needed: "This account uses one-time codes: enter the 6 digits", locked: "Too many wrong passwords: locked. Try again in {wait}, or ask an administrator.", ended: "Your log-in has ended",
    show: "Show password", notice: "Authorised staff only. Log-ins and acts are audited.", demo: "Accounts of the demo (gridtalk run --demo): demo-supervisor, demo-agent, demo-agent2, demo-editor, demo-approver, demo-trainer, demo-admin, demo-auditor, demo-privacy; the password was printed at the start.",
  },
  password: {
    title: "Change password", due: "First log-in or reset: set a new password", old: "Current password", fresh: "New password", again: "New password again",
    rule: "10 characters or more; two of letters, digits, others; not the account name", differ: "The two new passwords differ", changed: "Password changed",
  },
  account: {
    person: "About me", role: "Role", scope: "Scope", skills: "Skills", last_login: "Last log-in", totp: "One-time codes (TOTP)", totp_on: "On", totp_off: "Off",
    totp_hint: "Add the account to an authenticator app; log-in then needs its 6 digits too.", begin: "Turn on", remove: "Turn off", secret: "Key (type it into the app)",
    open_app: "Open in an app on this machine", confirm: "The 6 digits that the app shows", confirmed: "One-time codes are on", removed: "One-time codes are off", remove_ask: "Enter your password to turn them off", preferences: "Preferences", locale: "Language",
  },
  presence: { online: "Online", away: "Away", offline: "Offline", label: "My state", load: "Load {active}/{capacity}" },
  channels: { app: "Web/app", wechat: "WeChat", phone: "Phone" },
  status: { waiting: "Waiting", active: "Active", closed: "Closed" },
  moods: { angry: "Angry", anxious: "Anxious", unhappy: "Unhappy", calm: "Calm", neutral: "Calm", happy: "Happy" },
  reasons: {
    asked_for_a_person: "Asked for a person", not_understood: "Not understood", question_not_answered: "No answer found", anger: "Angry customer", hazard: "Hazard", abandoned: "Waited too long", action_failed: "A service failed", safety: "Safety", complaint: "Complaint", angry: "Angry customer",
    flow: "By the flow", verification_failed: "Verification failed", out_of_hours: "Out of hours", nobody_there: "Nobody online", asked: "Asked for a call", transferred: "Transferred",
  },
  desk: {
    mine: "My conversations", queue: "Queue", others: "Other agents", next: "Take the next", take: "Take", take_over: "Take over", listen: "Listen in", listening: "Listening in: the customer does not see you", empty_mine: "No conversation yet",
    empty_mine_hint: "“Take the next”, or pick one from the queue below.", offline_hint: "You are not online. Go online to get customers.", empty_queue: "Nobody is waiting", empty_queue_hint: "New customers appear here and you are told.",
    empty_others: "Other agents have none", closed_hours: "Out of hours ({hours}): customers are offered a call-back.", pick: "Choose a conversation", pick_hint: "Yours and the waiting ones are on the left. Alt+N takes the next.",
    waited: "waited {time}", estimate: "about {time}", priority: { 1: "Normal", 2: "Raised", 3: "Urgent" }, reserved: "Kept for its agent", unread: "{n} unread", lasted: "for {time}",
    transcript: "Transcript", older: "The bot's part is above", typing: "The customer is typing…", send: "Send", send_note: "Save the note", send_whisper: "Whisper it", note: "Internal note", reply: "Reply", whisper: "Whisper",
    placeholder_reply: "Reply; / for canned answers, Enter sends, Shift+Enter breaks the line", placeholder_note: "For colleagues; the customer never sees it", placeholder_whisper: "Only the agent sees it",
    not_mine: "This is not your conversation; you may write notes.", waiting_hint: "Take it to reply.", closed_hint: "Closed: read and note only.", phone_hint: "Phone calls cannot be answered in writing.",
    hidden_note: "Internal note · not seen by the customer", hidden_whisper: "Whisper · not seen by the customer", from: { customer: "Customer", bot: "Bot", agent: "Agent", system: "System", note: "Note", whisper: "Whisper" },
    you: "Me", sending: "Sending", failed: "Not delivered", resend: "Send again", new_below: "New messages ↓", image: "Picture from the customer", voice: "Voice message from the customer", attachment: "Attachment", sources: "Source",
    suggestions: "From the knowledge base", suggestions_for: "For: {question}", suggest_again: "Ask the knowledge base otherwise", use: "Use", source: "Source", version: "version {version}", priority_label: "Priority", no_suggestion: "Nothing fits; ask otherwise.", hide: "Hide", show: "Show",
    canned: "Canned answers", canned_none: "None fits", canned_new: "New canned answer", canned_title: "Name (found after /)", canned_category: "Category", canned_text: "Text", canned_shared: "For the whole team", canned_saved: "Saved", canned_own: "Own", canned_delete: "Delete",
    transfer: "Transfer", return: "Back to the bot", close: "Close", ticket: "Ticket", requeue: "Back to the queue", summary: "Summary", wanted: "Wanted", nothing_wanted: "Not recognised", last_words: "Last words",
    slots: "Known", no_slots: "Nothing yet", tried: "Tried", nothing_tried: "The bot has tried nothing yet", tried_ok: "done", tried_failed: "failed", mood: "Mood", verified: "Verified", level: { 0: "No", 1: "Account and name", 2: "Phone or bound account" },
    waiting_for: "Waiting for", not_understood: "Not understood {n} times", reason: "Why a person", channel: "Channel", region: "Region", region_unknown: "Unknown", rating: "Rating", resolved: "Resolved", unresolved: "Not resolved", history: "Earlier", no_history: "No earlier conversation",
    shortcuts: "Keyboard",
    keys: [["Enter", "Send"], ["Shift+Enter", "New line"], ["/", "Canned answers"], ["Alt+N", "Take the next"], ["Alt+↓ / Alt+↑", "Next / previous conversation"], ["Alt+1 … Alt+3", "Use suggestion 1–3"], ["Alt+B", "Reply or note"]],
    new_customer: "Waiting: {customer}", new_message: "New message from {customer}", assigned: "{customer} is yours", gone: "{customer} went to where you cannot see it",
  },
  transfer: {
    title: "Transfer", to_agent: "To an agent", to_skill: "To a skill", agent: "Agent", skill: "Skill", note: "Hand-over note (not seen by the customer)", note_hint: "What is checked, what is left", done: "Transferred", nobody: "No other agent is online; transfer to a skill.",
    pick: "Choose where to",
  },
  giveBack: { title: "Back to the bot", hint: "The bot goes on with the context. Correct what was collected here.", note: "Why", done: "Back with the bot" },
  closing: { title: "Close", disposition: "Result", note: "Summary (internal)", rating: "Ask for a rating", done: "Closed", pick: "Choose the result" },
  ticket: { title: "Ticket", category: "Category", summary: "Request", account: "Account number", phone: "Phone", address: "Address", done: "Ticket {no} created", incomplete: "Choose a category and say what is asked", masked_hint: "Left empty, the verified values of the conversation are used." },
  takeOver: { title: "Take over", hint: "The conversation goes from {agent} to you; the customer sees the change.", done: "Taken over" },
  requeue: { title: "Back to the queue", hint: "It goes to the front of the queue.", done: "Back in the queue" },
  system: {
    accepted: "{agent} took the conversation", transferred: "{from} handed over to {to}", returned: "Back with the bot", closed: "Closed", requeued: "Back in the queue", connection_lost: "The agent's connection is lost; kept for him", ticket: "Ticket {ticket_no} created",
    csat_requested: "Rating asked", callback: "Call-back noted", customer_left: "The customer left", queued: "Queued", rated: "Rated", taken_over: "Taken over by the supervisor",
  },
  overview: {
    waiting: "Waiting", longest: "Longest wait", active: "Active", online: "Online", away: "Away", closed_today: "Closed today", handling: "Handling time", wait: "Mean wait", rating: "Rating", open_callbacks: "Call-backs", overdue: "Overdue",
    by_skill: "By skill", skill: "Skill", agents: "Agents", agent: "Agent", state: "State", since: "For", load: "Load", skills: "Skills", sessions: "Conversations", empty_agents: "No agents in your scope", empty_agents_hint: "An administrator adds them under System / Staff.",
    empty_sessions: "Nothing active or waiting", empty_sessions_hint: "Customers appear here when they ask for a person.", watch: "Listen in", customer: "Customer", status: "Status", wait_or_last: "Time", last: "Last words", updated: "Every 5 s",
  },
  callbacks: {
    open: "open", overdue: "overdue", mine: "claimed by me", done: "done", customer: "Customer", phone: "Phone", skill: "Skill", wanted: "Wanted", reason: "Why", clock: "Clock", left: "{time} left", late: "{time} late", claim: "Claim", show_phone: "Number", finish: "Result",
    result: "Result", results: { reached: "Reached and helped", unreachable: "No answer", wrong_number: "Wrong number", solved_otherwise: "Solved otherwise" }, note: "Note", claimed: "Claimed", finished: "Result noted",
    empty: "No call-back is {view}", empty_hint: "Call-backs left out of hours appear here, by their clock.", show_reason: "Reading the full number is audited; say what for", agent: "By", at: "Done", full: "Full number", transcript: "Conversation",
  },
  staff: {
    add: "Add staff", name: "Account", display: "Name", role: "Role", scope: "Scope", skills: "Skills", capacity: "At the same time", state: "State", active: "Active", locked: "Locked", inactive: "Disabled", last: "Last log-in", never: "Never", edit: "Edit", reset: "Reset password",
    unlock: "Unlock", disable: "Disable", enable: "Enable", added: "{name} added", saved: "Saved", password_once: "Shown this once. Hand it over safely; it must be changed at the first log-in.", empty: "Nobody found", empty_hint: "Search otherwise, or add somebody.",
    name_hint: "2–32 lower-case letters, digits, - or _", reset_ask: "{name} gets a new password and is logged out everywhere.", disable_ask: "{name} is logged out; his conversations go back to the queue.", enable_ask: "{name} may log in again.", unlock_ask: "Unlock {name}.", change_ask: "A change of role, scope or state needs a reason", totp: "TOTP",
    search: "Account or name", all_roles: "All roles", password: "First password",
  },
  audit: {
    at: "Time", actor: "Who", role: "Role", address: "From", action: "Act", object: "Object", detail: "Detail", hash: "Chain", chain_ok: "The chain is whole: {rows} rows checked", chain_bad: "The chain breaks at row {id}: report it at once", verify: "Check again",
    empty: "Nothing found", empty_hint: "Clear the filter.", older: "Older", verifying: "Checking the chain…", no_more: "Nothing older",
    actions: {
      ...knowledge.actions, ...tariffs.actions, ...quality.actions, ...learning.actions, ...releases.actions,
      "audit.read": "Read the audit", "audit.verify": "Check the chain", "login": "Log in", "login.failed": "Log-in failed", "login.oidc": "Log in through the provider", "logout": "Log out", "password.change": "Change password", "totp.begin": "Begin one-time codes", "totp.confirm": "Turn on one-time codes", "totp.remove": "Turn off one-time codes",
      "staff.add": "Add staff", "staff.change": "Change staff", "staff.password": "Reset a password", "staff.unlock": "Unlock an account", "dashboard.export": "Export figures", "notice.read": "Read notices", "ticket.read": "Read a ticket", "ticket.export": "Export tickets", "keys.rotate": "Rotate the key", "keys.reseal": "Seal anew", "retention.sweep": "Delete what is due",
      "privacy.request": "Enter a person's request", "privacy.read": "Read a person's request", "privacy.search": "Search a person's data", "privacy.export": "Export a person's data", "privacy.erase": "Delete a person's data", "privacy.close": "Close a person's request", "callback.claim": "Claim a call-back", "callback.phone": "Read a phone number", "callback.done": "Note a call-back's result",
      "desk.presence": "Change presence", "desk.accept": "Take a conversation", "desk.read": "Read a conversation", "desk.watch": "Listen in", "desk.say": "Reply to a customer", "desk.note": "Write a note", "desk.whisper": "Whisper", "desk.transfer": "Transfer", "desk.requeue": "Put back to the queue", "desk.return": "Give back to the bot", "desk.close": "End a conversation", "desk.ticket": "Make a ticket", "desk.canned": "Change ready words", "desk.upload": "Open a customer's file",
    },
  },
  errors: {
    ...knowledge.errors,
    ...tariffs.errors,
    ...learning.errors,
    ...quality.errors,
    ...releases.errors,
    offline: "The server cannot be reached", unknown_role: "No such role", bad_name: "2–32 lower-case letters, digits, - or _", server_error: "The server failed; try again later", forbidden: "Your role may not do this", not_found: "Not found, or outside your scope", csrf: "The page is old; reload it", invalid_body: "The form is not right", too_many_requests: "Too many requests; wait a little",
    not_logged_in: "Your log-in has ended", password_change_needed: "Change your password first", bad_login: "Wrong account or password", bad_password: "The current password is wrong", weak_password: "Too weak: 10 characters or more, two kinds", bad_code: "Wrong code", name_taken: "The account exists",
    unknown_scope: "No such scope", tickets_not_listed: "The back end does not list tickets", tickets_away: "The back end does not answer; try again", request_closed: "This request is closed", search_running: "The search is running", conversation_open: "An agent has one of these conversations in hand: end it first", unknown_conversation: "Only what was found can be worked on",
    invalid_subject: "This is no such number", keys_in_environment: "The keys are in the environment: rotate them there", reseal_running: "It is running already", forbidden_scope: "This concerns everybody: only who works everywhere may do it", oidc_off: "No identity provider is set up", oidc_away: "The identity provider does not answer; try again or use your password", oidc_refused: "The identity provider did not let you in",
    oidc_state: "This log-in has ended or was begun elsewhere: begin again", oidc_no_role: "Your identity has no role here; ask an administrator", oidc_no_place: "Your identity has no place here; ask an administrator", oidc_name_taken: "There is a local account of this name; ask an administrator", oidc_inactive: "The account is switched off", unknown_skill: "No such skill", last_admin: "One active administrator must stay", taken: "Taken by somebody else", at_capacity: "You have as many as you may", not_online: "Go online first", not_yours: "No longer yours", closed: "Already closed",
    cannot_write: "This channel cannot be answered here", agent_away: "Not online", unknown_disposition: "Choose the result", unknown_category: "Choose a category", ticket_refused: "The ticket system does not answer",
  },
  quality,
  releases,
  knowledge,
  tariffs,
  learning,
  units: { seconds: "{n} s", minutes: "{n} min", hours: "{n} h", days: "{n} d", minutes_seconds: "{m} min {s} s", hours_minutes: "{h} h {m} min" },
};
