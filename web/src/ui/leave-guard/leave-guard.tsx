import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { SessionEnded } from "./session-ended";
import { unsaved, useAsked, useSessionEnded } from "./unsaved";

interface Props {
  /** Whether something would be lost now. */
  when: boolean;
  /** What would be lost, in a sentence or two. */
  text: string;
  title?: string;
  /** What the button that leaves says. */
  leave?: string;
}

/**
 * Asks before a page with something unsaved is left, by a link, the browser's buttons, closing the tab, signing out or
 * going over to another account. If the session ends meanwhile the page stays, and asks to sign in again in another tab.
 */
export function LeaveGuard({ when, text, title, leave }: Props) {
  const { t } = useTranslation("form");
  const ended = useSessionEnded();
  const asked = useAsked();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => when && current.pathname !== next.pathname,
    enableBeforeUnload: () => when && !unsaved.released(),
    withResolver: true,
  });
  useEffect(() => (when ? unsaved.hold() : undefined), [when]);
  const answer = (yes: boolean) => {
    if (asked) unsaved.answer(yes);
    else if (yes) blocker.proceed?.();
    else blocker.reset?.();
  };

  return (
    <>
      <Modal
        opened={blocker.status === "blocked" || (when && asked)}
        onClose={() => answer(false)}
        title={title ?? t("leave.title")}
        closeButtonProps={{ "aria-label": t("leave.stay") }}
      >
        <Stack>
          <Text size="sm">{text}</Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" data-autofocus onClick={() => answer(false)}>
              {t("leave.stay")}
            </Button>
            <Button color="red" onClick={() => answer(true)}>
              {leave ?? t("leave.leave")}
            </Button>
          </Group>
        </Stack>
      </Modal>
      {when && ended && <SessionEnded />}
    </>
  );
}
