// The types of the globally registered components, for vue-tsc.
import type * as Elements from "element-plus";

declare module "vue" {
  export interface GlobalComponents {
    ElAlert: typeof Elements.ElAlert;
    ElButton: typeof Elements.ElButton;
    ElCheckbox: typeof Elements.ElCheckbox;
    ElConfigProvider: typeof Elements.ElConfigProvider;
    ElDatePicker: typeof Elements.ElDatePicker;
    ElDialog: typeof Elements.ElDialog;
    ElDropdown: typeof Elements.ElDropdown;
    ElDropdownItem: typeof Elements.ElDropdownItem;
    ElDropdownMenu: typeof Elements.ElDropdownMenu;
    ElForm: typeof Elements.ElForm;
    ElFormItem: typeof Elements.ElFormItem;
    ElIcon: typeof Elements.ElIcon;
    ElInput: typeof Elements.ElInput;
    ElInputNumber: typeof Elements.ElInputNumber;
    ElOption: typeof Elements.ElOption;
    ElPagination: typeof Elements.ElPagination;
    ElPopover: typeof Elements.ElPopover;
    ElRadio: typeof Elements.ElRadio;
    ElRadioButton: typeof Elements.ElRadioButton;
    ElRadioGroup: typeof Elements.ElRadioGroup;
    ElSelect: typeof Elements.ElSelect;
    ElTable: typeof Elements.ElTable;
    ElTableColumn: typeof Elements.ElTableColumn;
    ElTabPane: typeof Elements.ElTabPane;
    ElTabs: typeof Elements.ElTabs;
    ElTag: typeof Elements.ElTag;
    ElTooltip: typeof Elements.ElTooltip;
    ElTreeSelect: typeof Elements.ElTreeSelect;
  }
}
export {};
