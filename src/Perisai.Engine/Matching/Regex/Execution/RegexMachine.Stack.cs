using System.Runtime.CompilerServices;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>The stack of things to go back to, the slots whose old values lie on it, and the frames of calls.</summary>
internal ref partial struct RegexMachine
{
    // A frame: the frame around it, where to return to, the group, where the call started, and all saved slots.
    private const int FrameHeader = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Push(int first, int second, int third, out ByteRegexStatus status)
    {
        status = ByteRegexStatus.NoMatch;
        if (_top + EntrySize > _stack.Length && !GrowStack(out status))
            return false;
        var entry = _stack.AsSpan(_top, EntrySize);
        entry[0] = first;
        entry[1] = second;
        entry[2] = third;
        _top += EntrySize;
        return true;
    }

    /// <summary>Gives a slot a value; going back restores the old one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Assign(int slot, int value, out ByteRegexStatus status)
    {
        if (!Push(slot << 2 | Restore, _slots[slot], 0, out status))
            return false;
        _slots[slot] = value;
        return true;
    }

    private bool GrowStack(out ByteRegexStatus status)
    {
        status = ByteRegexStatus.MemoryLimit;
        var allowed = _maximumNumbers - _workspace.Frames.Length;
        var length = (int)Math.Min(_stack.Length * 2L, allowed);
        if (length < _top + EntrySize)
            return false;
        Array.Resize(ref _stack, length);
        _workspace.Stack = _stack;
        return true;
    }

    /// <summary>Drops the choices above a height, and keeps the old values: what lies below may still be gone back to.</summary>
    private void ForgetChoices(int height)
    {
        var kept = height;
        for (var at = height; at < _top; at += EntrySize)
        {
            if ((_stack[at] & 3) != Restore)
                continue;
            if (kept != at)
                _stack.AsSpan(at, EntrySize).CopyTo(_stack.AsSpan(kept));
            kept += EntrySize;
        }

        _meter.ChargeBytes(_top - height);
        _top = kept;
    }

    /// <summary>Drops everything above a height and restores the slots to what they were.</summary>
    private void UndoDownTo(int height)
    {
        while (_top > height)
        {
            _top -= EntrySize;
            if ((_stack[_top] & 3) == Restore)
                _slots[_stack[_top] >> 2] = _stack[_top + 1];
        }
    }

    private readonly bool IsInCallOf(int group)
    {
        var frame = _slots[RegexProgram.FrameSlot];
        return frame >= 0 && _workspace.Frames[frame + 2] == group;
    }

    private readonly bool IsInCallOfAny(int at)
    {
        var frame = _slots[RegexProgram.FrameSlot];
        var groups = _program.Code.AsSpan(at + 3, _program.Code[at + 2]);
        return frame >= 0 && (groups.IsEmpty || groups.Contains(_workspace.Frames[frame + 2]));
    }

    private bool EnterCall(int group, int returnAddress, int position, out ByteRegexStatus status)
    {
        // The same call from the same place, with nothing read between, would go on for ever.
        var frames = _workspace.Frames;
        var outer = _slots[RegexProgram.FrameSlot];
        var walked = 0;
        for (var frame = outer; frame >= 0; frame = frames[frame], walked++)
        {
            if (frames[frame + 2] != group)
                continue;
            if (frames[frame + 3] != position)
                break;
            status = ByteRegexStatus.RecursionLoop;
            return false;
        }

        _meter.ChargeBytes(walked << 3);
        var saved = _slots.AsSpan(RegexProgram.FirstSavedSlot, _program.SlotCount - RegexProgram.FirstSavedSlot);
        var start = _slots[RegexProgram.FrameEndSlot] + 1;
        var end = start + FrameHeader + saved.Length;
        if (end > frames.Length)
        {
            var length = Math.Min(Math.Max(end, frames.Length * 2L), _maximumNumbers - _stack.Length);
            if (length < end)
            {
                status = ByteRegexStatus.MemoryLimit;
                return false;
            }

            Array.Resize(ref frames, (int)length);
            _workspace.Frames = frames;
        }

        frames[start] = outer;
        frames[start + 1] = returnAddress;
        frames[start + 2] = group;
        frames[start + 3] = position;
        saved.CopyTo(frames.AsSpan(start + FrameHeader));
        return Assign(RegexProgram.FrameSlot, start, out status) && Assign(RegexProgram.FrameEndSlot, end - 1, out status);
    }

    /// <summary>
    /// Leaves the innermost call: groups, counters and marks are again what they were before it. Its frame stays, because the call may
    /// yet be gone back into.
    /// </summary>
    private bool ReturnFromCall(out int address, out ByteRegexStatus status)
    {
        var frames = _workspace.Frames;
        var frame = _slots[RegexProgram.FrameSlot];
        address = frames[frame + 1];
        for (var slot = RegexProgram.FirstSavedSlot; slot < _program.SlotCount; slot++)
        {
            var before = frames[frame + FrameHeader + slot - RegexProgram.FirstSavedSlot];
            if (_slots[slot] != before && !Assign(slot, before, out status))
                return false;
        }

        _meter.ChargeBytes(_program.SlotCount);
        return Assign(RegexProgram.FrameSlot, frames[frame], out status);
    }
}
