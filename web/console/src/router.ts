// Addresses to pages, and the guard: log in first, change a reset password first, no page outside one's permissions.
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from "vue-router";
import { PAGES, type PageEntry } from "./pages";
import LoginPage from "./pages/LoginPage.vue";
import MissingPage from "./pages/MissingPage.vue";
import { pageTitle } from "./state/notices";
import { may, mustChangePassword, session } from "./state/session";
import { takeWanted } from "./state/wanted";
import { text } from "./strings";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/login", name: "login", component: LoginPage },
    { path: "/", name: "home", component: MissingPage }, // never shown: the guard knows the first page of a role
    ...PAGES.map((page) => ({ path: page.path, name: page.name, component: page.load, meta: { page } })),
    { path: "/:rest(.*)*", name: "missing", component: MissingPage },
  ],
});

export function isAllowed(page: PageEntry): boolean {
  return page.permissions.length === 0 || page.permissions.some(may);
}

export function firstPage(): RouteLocationRaw {
  const first = PAGES.find((page) => page.group && isAllowed(page));
  return { name: first?.name ?? "account" };
}

function guard(to: RouteLocationNormalized): RouteLocationRaw | true {
  if (to.name === "login") return session.value && !mustChangePassword.value ? firstPage() : true;
  if (!session.value || mustChangePassword.value) return { name: "login", query: { to: to.fullPath } };
  if (to.name === "home") return takeWanted() || firstPage();
  const page = to.meta.page as PageEntry | undefined;
  return !page || isAllowed(page) ? true : { name: "missing", params: { rest: to.path.slice(1).split("/") } };
}

router.beforeEach(guard);
router.afterEach((to) => {
  const page = to.meta.page as PageEntry | undefined;
  pageTitle.value = page ? text.value.pages[page.name] : to.name === "login" ? text.value.login.title : "";
});
