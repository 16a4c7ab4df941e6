import { ActionIcon, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import {
  ArrowUpCircle,
  CircleCheck,
  CirclePause,
  Copy,
  EllipsisVertical,
  type LucideIcon,
  RotateCw,
  ShieldX,
  Trash2,
} from "lucide-react";
import { Fragment, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogQuery } from "@/api/catalog";
import type { Schema } from "@/api/client";
import { useMe } from "@/api/me";
import { actionsFor, isFinal, type TokenAction } from "./actions";
import { TokenDialog } from "./token-dialog";

const icons: Record<TokenAction, LucideIcon> = {
  rotate: RotateCw,
  upgrade: ArrowUpCircle,
  duplicate: Copy,
  disable: CirclePause,
  enable: CircleCheck,
  revoke: ShieldX,
  delete: Trash2,
};

export interface TokenMenuProps {
  token: Schema["Token"];
  /** Called when the token has been deleted. */
  onDeleted?: () => void;
}

/** What can be done with a token. It is not there for those who may only read. */
export function TokenMenu({ token, onDeleted }: TokenMenuProps) {
  const { t, i18n } = useTranslation("actions");
  const { can } = useMe();
  const [open, setOpen] = useState<TokenAction>();
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(undefined);
    button.current?.focus(); // the menu's item that opened the dialog is gone
  };
  const { data: catalog } = useQuery({ ...catalogQuery(i18n.language), enabled: can.write });
  if (!can.write) return null;
  const actions = actionsFor(token, catalog?.versions ?? []);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon ref={button} aria-label={t("menu", { name: token.name })}>
            <EllipsisVertical size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => {
            const Icon = icons[action];
            return (
              <Fragment key={action}>
                {action === "revoke" && <Menu.Divider />}
                <Menu.Item
                  leftSection={<Icon size={16} aria-hidden />}
                  color={isFinal(action) ? "red" : undefined}
                  onClick={() => setOpen(action)}
                >
                  {t(`${action}.menu`)}
                </Menu.Item>
              </Fragment>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {open && <TokenDialog action={open} token={token} onClose={close} onDeleted={onDeleted} />}
    </>
  );
}
