-- Asks Tokenry whether a request may go on, for haproxy.cfg.

local url = os.getenv("TOKENRY_URL") .. "/authz"
local secret = os.getenv("TOKENRY_SECRET")
if not secret or secret == "" then
	error("TOKENRY_SECRET is not set")
end

-- The headers of a good answer that haproxy.cfg uses, as variables.
local facts = { "token_id", "account_id", "version", "scopes", "scopes_omitted", "deprecation", "sunset" }

-- The headers of a refusal that the client gets.
local told = { "content-type", "www-authenticate", "retry-after" }

-- list is the values of a header as HAProxy's client wants them.
local function list(values)
	local out = {}
	for i = 0, #values do
		table.insert(out, values[i])
	end
	return out
end

-- first is the value of a header of an answer; nil if it has none, or an empty one.
local function first(headers, name)
	local value = headers and headers[name] and headers[name][0]
	if value ~= "" then
		return value
	end
end

local function answer(txn, status, headers, body)
	local reply = txn:reply({ status = status })
	for name, value in pairs(headers) do
		reply:add_header(name, value)
	end
	reply:set_body(body or "")
	txn:done(reply)
end

core.register_action("tokenry", { "http-req" }, function(txn)
	local sent = txn.http:req_get_headers()
	local headers = {
		["tokenry-authorization"] = { "Bearer " .. secret },
		["x-forwarded-method"] = { txn.sf:method() },
		["x-forwarded-uri"] = { txn.sf:pathq() },
		["x-forwarded-for"] = { txn.sf:src() },
	}
	for _, name in ipairs({ "authorization", "x-api-key" }) do
		if sent[name] then
			headers[name] = list(sent[name])
		end
	end

	local res = core.httpclient():get({ url = url, headers = headers, timeout = 2000 })
	local token = first(res.headers, "x-tokenry-token-id")
	if res.status == 200 and token then
		for _, fact in ipairs(facts) do
			local value = first(res.headers, "x-tokenry-" .. fact:gsub("_", "-"))
			if value then
				txn:set_var("txn.tokenry_" .. fact, value)
			end
		end
		return
	end

	-- The client is refused, and told why.
	if first(res.headers, "x-tokenry-code") then
		local out = {}
		for _, name in ipairs(told) do
			out[name] = first(res.headers, name)
		end
		answer(txn, res.status, out, res.body)
		return
	end

	-- Tokenry cannot answer, or it is the gateway's own secret that was refused.
	core.log(core.err, "tokenry: no answer about a client, but status " .. tostring(res.status))
	answer(txn, 503, { ["content-type"] = "application/problem+json", ["retry-after"] = "1" },
		'{"type":"urn:tokenry:problem:try_again","title":"Service Unavailable","status":503,"code":"try_again"}')
end, 0)
