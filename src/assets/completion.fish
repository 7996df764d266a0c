# fish completion for envlink. Load it with: envlink completion fish | source
function __envlink_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    for line in ($program __complete $words "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (string unescape -- (string replace -r '^--[^=]*=' '' -- "$current"))
        else
            echo $line
        end
    end
end
complete -c envlink -f -a '(__envlink_complete)'
