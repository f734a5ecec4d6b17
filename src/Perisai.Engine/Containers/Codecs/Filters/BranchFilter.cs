using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Filters;

/// <summary>
/// Undoes the conversion of branch targets to absolute addresses for machines with aligned instructions, as the xz file format
/// and 7z name them.
/// </summary>
internal sealed class BranchFilter(BranchMachine machine, uint start = 0) : ByteFilter
{
    private uint _address = start;

    public override int Undo(Span<byte> data)
    {
        var done = machine switch
        {
            BranchMachine.PowerPc => PowerPc(data),
            BranchMachine.Ia64 => Ia64(data),
            BranchMachine.Arm => Arm(data),
            BranchMachine.ArmThumb => ArmThumb(data),
            BranchMachine.Sparc => Sparc(data),
            _ => Arm64(data),
        };
        _address += (uint)done;
        return done;
    }

    private int PowerPc(Span<byte> data)
    {
        var at = 0;
        for (; at <= data.Length - 4; at += 4)
        {
            // bl: an absolute bit of 0, a link bit of 1.
            var word = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
            if ((word & 0xFC000003) == 0x48000001)
                BinaryPrimitives.WriteUInt32BigEndian(data[at..], 0x48000001 | (word - (_address + (uint)at)) & 0x03FFFFFC);
        }

        return at;
    }

    private int Arm(Span<byte> data)
    {
        var at = 0;
        for (; at <= data.Length - 4; at += 4)
        {
            // BL, always; the target counts in words from two instructions on.
            if (data[at + 3] != 0xEB)
                continue;
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
            var target = ((word << 2) - (_address + (uint)at + 8)) >> 2;
            BinaryPrimitives.WriteUInt32LittleEndian(data[at..], 0xEB000000 | target & 0x00FFFFFF);
        }

        return at;
    }

    private int ArmThumb(Span<byte> data)
    {
        var at = 0;
        for (; at <= data.Length - 4; at += 2)
        {
            // BL is a pair of half words with eleven bits of the target each.
            var high = BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
            var low = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            if ((high & 0xF800) != 0xF000 || (low & 0xF800) != 0xF800)
                continue;
            var target = (((uint)high & 0x7FF) << 11 | (uint)low & 0x7FF) << 1;
            target = (target - (_address + (uint)at + 4)) >> 1;
            BinaryPrimitives.WriteUInt16LittleEndian(data[at..], (ushort)(0xF000 | target >> 11 & 0x7FF));
            BinaryPrimitives.WriteUInt16LittleEndian(data[(at + 2)..], (ushort)(0xF800 | target & 0x7FF));
            at += 2;
        }

        return at;
    }

    private int Sparc(Span<byte> data)
    {
        var at = 0;
        for (; at <= data.Length - 4; at += 4)
        {
            // call, with a displacement whose eight highest bits are its sign.
            var word = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
            if (word >> 22 is not (0x100 or 0x1FF))
                continue;
            var target = ((word << 2) - (_address + (uint)at)) >> 2;
            var sign = (target >> 22 & 1) != 0 ? 0x3FC00000u : 0;
            BinaryPrimitives.WriteUInt32BigEndian(data[at..], 0x40000000 | sign | target & 0x003FFFFF);
        }

        return at;
    }

    private int Ia64(Span<byte> data)
    {
        // Which of the three 41-bit slots of a bundle may hold a branch, by its template.
        ReadOnlySpan<byte> slots = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];
        var at = 0;
        for (; at <= data.Length - 16; at += 16)
        {
            var mask = slots[data[at] & 0x1F];
            for (var slot = 0; slot < 3; slot++)
            {
                if ((mask >> slot & 1) == 0)
                    continue;
                var bit = 5 + slot * 41;
                var place = data.Slice(at + bit / 8, 6);
                var raw = BinaryPrimitives.ReadUInt32LittleEndian(place) | (ulong)BinaryPrimitives.ReadUInt16LittleEndian(place[4..]) << 32;
                var instruction = raw >> bit % 8;
                // br.call: opcode 5, branch type 0.
                if ((instruction >> 37 & 0xF) != 5 || (instruction >> 9 & 7) != 0)
                    continue;
                var target = (uint)(instruction >> 13 & 0xFFFFF) | (uint)(instruction >> 36 & 1) << 20;
                target = ((target << 4) - (_address + (uint)at)) >> 4;
                instruction &= ~(0x8FFFFFUL << 13);
                instruction |= (ulong)(target & 0xFFFFF) << 13 | (ulong)(target & 0x100000) << 16;
                raw = raw & ((1UL << bit % 8) - 1) | instruction << bit % 8;
                BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)raw);
                BinaryPrimitives.WriteUInt16LittleEndian(place[4..], (ushort)(raw >> 32));
            }
        }

        return at;
    }

    private int Arm64(Span<byte> data)
    {
        var at = 0;
        for (; at <= data.Length - 4; at += 4)
        {
            var here = _address + (uint)at;
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
            if (word >> 26 == 0x25)
            {
                // BL: 26 bits, counted in words.
                word = 0x94000000 | (word - (here >> 2)) & 0x03FFFFFF;
            }
            else if ((word & 0x9F000000) == 0x90000000)
            {
                // ADRP: 21 bits in two parts, counted in pages; only targets within 512 MiB are converted.
                var page = word >> 29 & 3 | word >> 3 & 0x1FFFFC;
                if (((page + 0x020000) & 0x1C0000) != 0)
                    continue;
                page -= here >> 12;
                word = word & 0x9000001F | (page & 3) << 29 | (page & 0x03FFFC) << 3 | (0 - (page & 0x020000)) & 0xE00000;
            }
            else
            {
                continue;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(data[at..], word);
        }

        return at;
    }
}
