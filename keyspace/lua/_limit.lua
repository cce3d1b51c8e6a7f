-- Limits, by the clock of Redis in microseconds, which all processes share. ARGV: for each key six words, which begin with its kind.
-- `rate`, attempts, milliseconds of the window: the generic cell rate algorithm. Stored is when all attempts will have come back.
-- `delay`, attempts that need not wait, and in milliseconds the first wait, the longest, for how long attempts count that made nobody
-- wait, and how long others do. Stored are the attempts, and when the last was made.
-- A clock that was set back makes nobody wait longer than the window, or the longest wait.
local WORDS = 6
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function is_rate(i) return ARGV[WORDS * (i - 1) + 1] == 'rate' end
local function number(i, at) return tonumber(ARGV[WORDS * (i - 1) + 1 + at]) end
local function whole(value) return string.format('%.0f', value) end

-- Return the microseconds in which one attempt comes back, those of the window, and when all will have come back.
local function rate_of(i)
  local window = number(i, 2) * 1000
  local full = tonumber(redis.call('GET', KEYS[i]) or '0')
  return math.floor(window / number(i, 1)), window, math.min(math.max(full, now), now + window)
end

local function store_rate(i, full)
  if full <= now then return redis.call('DEL', KEYS[i]) end
  redis.call('SET', KEYS[i], whole(full), 'PX', whole(math.ceil((full - now) / 1000)))
end

-- Return how many attempts count, and when the last was made.
local function attempts_of(i)
  local made, at = string.match(redis.call('GET', KEYS[i]) or '', '^(%d+) (%d+)$')
  return tonumber(made or '0'), math.min(tonumber(at or '0'), now)
end

-- Return the milliseconds to wait after so many attempts.
local function delay_after(i, made)
  if made < number(i, 1) then return 0 end
  return math.min(number(i, 2) * 2 ^ (made - number(i, 1)), number(i, 3))
end

local function store_attempts(i, made, at)
  if made <= 0 then return redis.call('DEL', KEYS[i]) end
  local counts = number(i, made < number(i, 1) and 4 or 5)
  redis.call('SET', KEYS[i], whole(made) .. ' ' .. whole(at), 'PX', whole(delay_after(i, made) + counts))
end

-- Return the microseconds until the next attempt may be made; zero or less where it may be made now.
local function wait_of(i)
  if is_rate(i) then
    local interval, window, full = rate_of(i)
    return full + interval - now - window
  end
  local made, at = attempts_of(i)
  return at + delay_after(i, made) * 1000 - now
end

-- Return the milliseconds until the last of the limits lets an attempt pass, and which that is; zeros where all do.
local function longest_wait()
  local wait, which = 0, 0
  for i = 1, #KEYS do
    local each = wait_of(i)
    if each > wait then wait, which = each, i end
  end
  return {math.ceil(wait / 1000), which}
end

-- Append to what an attempt is told, for each limit: how many attempts would pass now, and the milliseconds until all have come back;
-- zeros for a delay.
local function with_states(told)
  for i = 1, #KEYS do
    local left, back = 0, 0
    if is_rate(i) then
      local interval, window, full = rate_of(i)
      left, back = math.floor((now + window - full) / math.max(interval, 1)), math.ceil((full - now) / 1000)
    end
    told[#told + 1], told[#told + 2] = left, back
  end
  return told
end
