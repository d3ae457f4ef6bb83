// The page registry. A new page is one line here and one file in pages/: the menu, the routes and the guards follow.
import { ChatLineSquare, CircleCheck, Cpu, DataLine, Document, EditPen, Headset, Lock, Monitor, PhoneFilled, PriceTag, Promotion, QuestionFilled, Reading, Tickets, UserFilled } from "@element-plus/icons-vue";
import type { Component } from "vue";
import type { Strings } from "./strings/zh-CN";

export interface PageEntry {
  /** Its path under /console/ and its title in the strings' `pages`. */
  name: keyof Strings["pages"];
  path: string;
  /** Where it stands in the menu; none: not in the menu. */
  group?: keyof Strings["groups"];
  icon?: Component;
  /** Who may see it: any of these permissions; none: everybody who is logged in. The server decides again on every call. */
  permissions: string[];
  load: () => Promise<Component>;
}

export const PAGES: PageEntry[] = [
  { name: "desk", path: "/desk/:id(\\d+)?", group: "service", icon: Headset, permissions: ["desk.work"], load: () => import("./pages/DeskPage.vue") },
  { name: "overview", path: "/overview", group: "service", icon: Monitor, permissions: ["desk.supervise"], load: () => import("./pages/OverviewPage.vue") },
  { name: "callbacks", path: "/callbacks", group: "service", icon: PhoneFilled, permissions: ["desk.work"], load: () => import("./pages/CallbacksPage.vue") },
  { name: "tickets", path: "/tickets", group: "service", icon: Tickets, permissions: ["ticket.read"], load: () => import("./pages/TicketsPage.vue") },
  { name: "dashboard", path: "/dashboard", group: "quality", icon: DataLine, permissions: ["dashboard.read"], load: () => import("./pages/DashboardPage.vue") },
  { name: "conversations", path: "/conversations/:id(\\d+)?", group: "quality", icon: ChatLineSquare, permissions: ["quality.read"], load: () => import("./pages/ConversationsPage.vue") },
  { name: "quality", path: "/quality/:tab([a-z]+)?/:id(\\d+)?", group: "quality", icon: CircleCheck, permissions: ["quality.read"], load: () => import("./pages/QualityPage.vue") },
  { name: "knowledge", path: "/knowledge/:tab([a-z]+)?/:id([^/]+)?", group: "knowledge", icon: Reading, permissions: ["knowledge.read"], load: () => import("./pages/KnowledgePage.vue") },
  { name: "tariffs", path: "/tariffs/:tab([a-z]+)?/:id(\\d+)?", group: "knowledge", icon: PriceTag, permissions: ["knowledge.read"], load: () => import("./pages/TariffsPage.vue") },
  { name: "topics", path: "/topics", group: "knowledge", icon: QuestionFilled, permissions: ["learning.read"], load: () => import("./pages/TopicsPage.vue") },
  { name: "labels", path: "/labels/:tab([a-z]+)?", group: "knowledge", icon: EditPen, permissions: ["learning.read"], load: () => import("./pages/LabelsPage.vue") },
  { name: "releases", path: "/releases/:id([a-z0-9][a-z0-9._-]*)?", group: "knowledge", icon: Promotion, permissions: ["release.read"], load: () => import("./pages/ReleasesPage.vue") },
  { name: "health", path: "/health", group: "system", icon: Cpu, permissions: ["system.manage"], load: () => import("./pages/HealthPage.vue") },
  { name: "privacy", path: "/privacy/:id(\\d+)?", group: "system", icon: Lock, permissions: ["privacy.manage"], load: () => import("./pages/PrivacyPage.vue") },
  { name: "staff", path: "/staff", group: "system", icon: UserFilled, permissions: ["staff.manage"], load: () => import("./pages/StaffPage.vue") },
  { name: "audit", path: "/audit", group: "system", icon: Document, permissions: ["audit.read"], load: () => import("./pages/AuditPage.vue") },
  { name: "notices", path: "/notices", permissions: [], load: () => import("./pages/NoticesPage.vue") },
  { name: "account", path: "/account", permissions: [], load: () => import("./pages/AccountPage.vue") },
];

export const MENU_GROUPS: (keyof Strings["groups"])[] = ["service", "quality", "knowledge", "system"];
