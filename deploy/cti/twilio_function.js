// Twilio Function: a voice webhook that puts a call through to one agent and tells Madoguchi of it.
//
// Environment variables of the service: MADOGUCHI_URL, MADOGUCHI_TOKEN (key of an administrator),
// AGENT_NUMBER (whom to call, in E.164), AGENT_EXTENSION (their extension in Madoguchi).
// Set the voice webhook of the number, and its status callback, to this function. The status callback of <Dial>
// brings the states ringing, in-progress and completed of the agent's leg (CallStatus; Programmable Voice API 2010-04-01).

const STATES = { ringing: "ringing", "in-progress": "answered", completed: "ended", busy: "ended", "no-answer": "ended", failed: "ended", canceled: "ended" };

async function tell(context, callId, number, state) {
  const body = JSON.stringify({ to: context.AGENT_EXTENSION, call_id: callId, number, direction: "in", state });
  const headers = { Authorization: `Bearer ${context.MADOGUCHI_TOKEN}`, "Content-Type": "application/json" };
  try {
    const answer = await fetch(`${context.MADOGUCHI_URL}/api/v1/rings`, { method: "POST", headers, body, signal: AbortSignal.timeout(4000) });
    if (!answer.ok) console.error(answer.status, await answer.text());
  } catch (error) {
    console.error(error); // the call goes on without the desk
  }
}

exports.handler = async (context, event, callback) => {
  if (event.leg === "agent") {
    const state = STATES[event.CallStatus];
    if (state) await tell(context, event.ParentCallSid, event.caller, state);
    return callback(null, "");
  }
  await tell(context, event.CallSid, event.From, "ringing");
  const twiml = new Twilio.twiml.VoiceResponse();
  const back = `https://${context.DOMAIN_NAME}${context.PATH}?leg=agent&caller=${encodeURIComponent(event.From)}`;
  twiml.dial({ answerOnBridge: true }).number(
    { statusCallback: back, statusCallbackEvent: "ringing answered completed" },
    context.AGENT_NUMBER,
  );
  return callback(null, twiml);
};
