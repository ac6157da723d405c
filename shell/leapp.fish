# What `leapp init fish | source` gives to fish: `leapp use` and `leapp off`, the session in the prompt,
# its renewal before a command; `completion.fish` is printed behind it. No process is started while
# there is no session.

# The only lines that are rewritten when this file is printed: the second tells `leapp doctor` which hook
# this is, and in which shell.
set -g __leapp_bin '@LEAPP_BIN@'
set -gx LEAPP_HOOK "@LEAPP_HOOK@ $fish_pid"

# State is this shell's own: what an environment brings under these names is nobody's. Where the file
# is read a second time it stays.
if not functions -q __leapp_prompt
    set -g __leapp_saved
    set -g __leapp_previous
    set -g __leapp_previous_options
    set -g __leapp_told
    set -g __leapp_switching
    set -e __leapp_saved
    set -e __leapp_switching
    # An alias of fish is a function, so that ours would replace it.
    if functions -q leapp
        echo 'leapp: your function `leapp` is kept, and hides `leapp use`; `functions -e leapp` removes it' >&2
    else
        function leapp --description 'AWS sessions: use, off, and all that `leapp help` tells'
            __leapp_main $argv
        end
    end
end
set -g __leapp_next 0

# `use` and `off` change this shell; every other verb passes through. Options may come before the verb.
function __leapp_main
    set -l options
    set -l words $argv
    while string match -q -- '-*' $words[1]
        set -a options $words[1]
        set -e words[1]
    end
    switch "$words[1]"
        case use
            __leapp_use $words[2..] $options
        case off
            __leapp_off $words[2..] $options
        case '*'
            $__leapp_bin $argv
    end
end

# Evaluates what `leapp VERB` prints, and returns its code. Where it fails it prints what keeps AWS
# programs from finding credentials; where it could not even do that, the same is done here.
function __leapp_switch
    set -e __leapp_before
    set -g __leapp_switching 1
    set -l script ($__leapp_bin $argv[1] --shell=fish $argv[2..])
    set -l code $status
    if test -z "$script" -a $code -ne 0
        for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LEAPP_SESSION
            set -eg $name
        end
        set -gx AWS_PROFILE leapp-no-credentials
    end
    eval $script
    or test $code -ne 0
    or set code 1
    # A switch that was left at its question ends in order, and the next prompt tells of it as well.
    test $code -eq 130
    or set -e __leapp_switching
    return $code
end

function __leapp_use
    set -l left $LEAPP_SESSION
    set -l options $LEAPP_SESSION_OPTIONS
    if test "$argv[1]" = - -a -n "$__leapp_previous"
        set argv --begun-with="$__leapp_previous_options" $argv[2..] -- $__leapp_previous
    end
    __leapp_switch use $argv
    set -l code $status
    # Set by what was evaluated, even where that was a failure; not by `--help`.
    if set -q __leapp_before
        set -q __leapp_saved
        or set -g __leapp_saved $__leapp_before
        set -e __leapp_before
        __leapp_leaves "$left" "$options"
    end
    return $code
end

function __leapp_off
    set -l left $LEAPP_SESSION
    set -l options $LEAPP_SESSION_OPTIONS
    __leapp_switch off $argv
    set -l code $status
    if set -q __leapp_before
        eval $__leapp_saved
        set -e __leapp_saved
        set -e __leapp_before
        __leapp_leaves "$left" "$options"
    end
    return $code
end

# Remembers for `leapp use -` which session was left.
function __leapp_leaves
    test -n "$argv[1]"
    or return 0
    set -g __leapp_previous $argv[1]
    set -g __leapp_previous_options $argv[2]
end

# Finds the time and what is left of the session; fails where there is none. Its variables may come
# from anywhere: what is no alias is not shown, and what is no number is not calculated with.
function __leapp_look
    string match -qr '^[A-Za-z0-9][A-Za-z0-9._@/+-]*\z' -- "$LEAPP_SESSION"
    or return 1
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    set -g __leapp_left 86400
    set -g __leapp_now 0
    test -n "$LEAPP_SESSION_EXPIRATION"
    or return 0
    string match -qr '^[0-9]{1,11}\z' -- "$LEAPP_SESSION_EXPIRATION"
    or return 1
    set -g __leapp_now (date +%s)
    set -g __leapp_left (math $LEAPP_SESSION_EXPIRATION - $__leapp_now)
end

# Before a prompt: LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for
# fish_prompt.
function __leapp_prompt --on-event fish_prompt
    set -g LEAPP_PS1
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    if set -q __leapp_switching
        __leapp_use --cut-off
    end
    if not __leapp_look
        set -eg LEAPP_PROMPT
        return
    end
    set -l colour cyan
    set -gx LEAPP_PROMPT $LEAPP_SESSION
    if test $__leapp_left -le 0
        set LEAPP_PROMPT "$LEAPP_SESSION expired"
        set colour red
    else if test $__leapp_left -le 900
        set LEAPP_PROMPT "$LEAPP_SESSION "(math -s 0 "($__leapp_left + 59) / 60")m
        set colour yellow
    end
    test -z "$LEAPP_SESSION_PROTECTED"
    or set colour red
    if test -n "$NO_COLOR" -o "$TERM" = dumb
        set LEAPP_PS1 $LEAPP_PROMPT
    else
        set LEAPP_PS1 (set_color $colour)$LEAPP_PROMPT(set_color normal)
    end
end

# Before the command $argv: new credentials, if these end soon and nobody has to be asked. It takes
# two seconds at most, and is not tried again for a minute. While AWS_PROFILE is set, the environment
# is somebody else's.
function __leapp_renew --on-event fish_preexec
    string match -qr '^leapp( |$)' -- "$argv"
    and return
    test -z "$AWS_PROFILE"
    and __leapp_look
    and test $__leapp_left -lt 900 -a $__leapp_now -ge $__leapp_next
    or return
    set -g __leapp_next (math $__leapp_now + 60)
    set -l script ($__leapp_bin use --shell=fish --unattended --yes \
        --begun-with="$LEAPP_SESSION_OPTIONS" -- $LEAPP_SESSION </dev/null 2>/dev/null)
    set -l code $status
    if test $code -eq 0
        eval $script
        set -e __leapp_before
    else if test $code -eq 3 -a "$__leapp_told" != "$LEAPP_SESSION_EXPIRATION"
        set -g __leapp_told $LEAPP_SESSION_EXPIRATION
        printf 'leapp: %s cannot be renewed without you: leapp use %s\n' \
            $LEAPP_SESSION $LEAPP_SESSION >&2
    end
end
